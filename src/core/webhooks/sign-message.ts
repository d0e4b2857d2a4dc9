import { signingKeyOf } from "./signing-secret.ts";

const utf8 = new TextEncoder();

/**
 * `webhook-signature` (Standard Webhooks 1.0): HMAC-SHA-256 of `id.timestamp.body`, one signature for each secret, so that during a rotation
 * receivers verify with either.
 * @param timestampSeconds epoch seconds of this attempt
 */
export async function signMessage(
  message: { readonly id: string; readonly timestampSeconds: number; readonly body: string },
  secrets: readonly string[],
): Promise<string> {
  const signed = utf8.encode(`${message.id}.${message.timestampSeconds}.${message.body}`);
  const signatures = secrets.map(async (secret) => {
    const key = await crypto.subtle.importKey("raw", signingKeyOf(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    return `v1,${btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.sign("HMAC", key, signed))))}`;
  });
  return (await Promise.all(signatures)).join(" ");
}
