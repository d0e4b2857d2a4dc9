import type { TextSigner } from "./signed-text.ts";

export const PASS_COOKIE = "__Host-tg_pass";
const GOOD_FOR_MS = 30 * 60_000;

/** Whether a cookie lets this address past challenges. `countingKey` is the IPv4 address or the /64, so a pass moves with a visitor and no further. */
export async function isPassed(signer: TextSigner, cookie: string | null, countingKey: string, nowMs: number): Promise<boolean> {
  if (cookie === null) return false;
  const text = await signer.read("pass", cookie);
  const at = text?.lastIndexOf(" ") ?? -1;
  return text !== null && at > 0 && text.slice(0, at) === countingKey && Number(text.slice(at + 1)) > nowMs;
}

/** The `Set-Cookie` of a visitor who passed a challenge. */
export async function writePass(signer: TextSigner, countingKey: string, nowMs: number): Promise<string> {
  const value = await signer.sign("pass", `${countingKey} ${nowMs + GOOD_FOR_MS}`);
  return `${PASS_COOKIE}=${value}; Path=/; Max-Age=${GOOD_FOR_MS / 1_000}; Secure; HttpOnly; SameSite=Lax`;
}
