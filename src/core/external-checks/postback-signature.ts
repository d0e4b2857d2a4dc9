import { hexOf } from "../secrecy/digest-hex.ts";
import type { PostbackSettings } from "./postback-settings.ts";

/** How far a postback's time may be from ours, either way. */
const MOST_AGE_MS = 5 * 60_000;

/** A postback as it came. */
export interface Postback {
  readonly header: (name: string) => string | undefined;
  /** The bytes that were signed, as text. */
  readonly body: string;
}
export type Verified =
  /** `mac` in hex: the one spelling of the signature, to know a replay by. */
  { readonly kind: "valid"; readonly mac: string; readonly id: string | null } | { readonly kind: "forged" } | { readonly kind: "stale" };

type SignatureSettings = Pick<PostbackSettings, "signature_header" | "timestamp_header" | "id_header" | "encoding" | "prefix" | "signed">;

/**
 * Verifies a postback: HMAC-SHA-256 by any of the secrets, compared in constant time, then its age. Without a secret everything is forged, and that
 * takes as long.
 */
export async function verifyPostback(
  settings: SignatureSettings,
  secrets: readonly string[],
  { header, body }: Postback,
  nowMs: number,
): Promise<Verified> {
  const timestamp = header(settings.timestamp_header) ?? "";
  const id = header(settings.id_header) ?? "";
  const signed = settings.signed.replace(/\{(id|timestamp|body)\}/g, (_, part: string) =>
    part === "id" ? id : part === "timestamp" ? timestamp : body,
  );
  const signature = macOf(header(settings.signature_header) ?? "", settings);
  const data = new TextEncoder().encode(signed);
  let mac: string | null = null;
  for (const secret of secrets.length === 0 ? [NOBODYS_SECRET] : secrets) {
    const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(secret), HMAC, false, ["sign", "verify"]);
    const isOurs = await crypto.subtle.verify("HMAC", key, signature, data);
    if (isOurs && secrets.length > 0) mac = hexOf(await crypto.subtle.sign("HMAC", key, data));
  }
  const idIsSigned = settings.signed.includes("{id}");
  if (mac === null || (idIsSigned && id === "")) return { kind: "forged" };
  const sentAtMs = instantOf(timestamp);
  if (sentAtMs === null || Math.abs(nowMs - sentAtMs) > MOST_AGE_MS) return { kind: "stale" };
  return { kind: "valid", mac, id: idIsSigned ? id : null };
}

const HMAC = { name: "HMAC", hash: "SHA-256" } as const;
const NOBODYS_SECRET = "a service without a secret of its own";

/** The bytes of a signature; none when it is not written as the settings say, which no MAC equals. */
function macOf(text: string, { prefix, encoding }: SignatureSettings): Uint8Array<ArrayBuffer> {
  const none = new Uint8Array(0);
  if (!text.startsWith(prefix)) return none;
  const written = text.slice(prefix.length).trim();
  if (encoding === "hex")
    return /^[0-9a-f]{64}$/i.test(written) ? Uint8Array.from(written.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16)) : none;
  return /^[A-Za-z0-9+/]{43}=?$/.test(written) ? Uint8Array.from(atob(written), (character) => character.charCodeAt(0)) : none;
}

/** Epoch milliseconds of a timestamp in seconds, milliseconds or ISO 8601, or null. */
function instantOf(text: string): number | null {
  if (/^\d{9,11}(?:\.\d{1,9})?$/.test(text)) return Number(text) * 1000;
  if (/^\d{12,14}$/.test(text)) return Number(text);
  const atMs = /^\d{4}-\d{2}-\d{2}T/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(atMs) ? null : atMs;
}
