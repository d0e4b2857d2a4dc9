import type { TextSigner } from "./signed-text.ts";

export const DEVICE_COOKIE = "__Host-tg_device";
const KEPT_MS = 400 * 86_400_000;
/** A cookie older than this is given anew, so that a visitor who comes back keeps it. */
const RENEWED_AFTER_MS = 30 * 86_400_000;
const DEVICE = /^([\w-]{8,64})@(\d{1,16})$/;

export interface Device {
  readonly id: string;
  readonly isDue: boolean;
}

/** The device a cookie names; null for none, a forged or an expired one. */
export async function readDevice(signer: TextSigner, cookie: string | null, nowMs: number): Promise<Device | null> {
  if (cookie === null) return null;
  const [, id, atMs] = DEVICE.exec((await signer.read("device", cookie)) ?? "") ?? [];
  const ageMs = nowMs - Number(atMs);
  return id === undefined || ageMs > KEPT_MS ? null : { id, isDue: ageMs > RENEWED_AFTER_MS };
}

/** A `Set-Cookie` that scripts cannot read and only HTTPS carries. */
export async function writeDevice(signer: TextSigner, id: string, nowMs: number): Promise<string> {
  const value = await signer.sign("device", `${id}@${nowMs}`);
  return `${DEVICE_COOKIE}=${value}; Path=/; Max-Age=${KEPT_MS / 1_000}; Secure; HttpOnly; SameSite=Lax`;
}
