import type { Message } from "../message.ts";
import { signMessage } from "../sign-message.ts";
import type { OutgoingRequest } from "./outgoing-request.ts";

/**
 * A message as Standard Webhooks 1.0 wants it.
 * @param nowMs time of the attempt, which receivers hold against replays
 * @param secrets the newest first; during a rotation the one before it signs too
 */
export async function standardRequest(message: Message, url: string, secrets: readonly string[], nowMs: number): Promise<OutgoingRequest> {
  const { message: id, type, livemode, atMs, data } = message;
  const body = JSON.stringify({ type, timestamp: new Date(atMs).toISOString(), livemode, data });
  const timestampSeconds = Math.floor(nowMs / 1_000);
  const signature = await signMessage({ id, timestampSeconds, body }, secrets);
  const signed = { "webhook-id": id, "webhook-timestamp": String(timestampSeconds), "webhook-signature": signature };
  return { url, headers: { "content-type": "application/json", ...signed }, body };
}
