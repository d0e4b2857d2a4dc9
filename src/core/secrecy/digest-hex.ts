import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

/** Bytes as lower-case hex digits. */
export function hexOf(bytes: ArrayBuffer): string {
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A digest in hex, of bytes or of a text's UTF-8. */
export async function digestHex(algorithm: "SHA-1" | "SHA-256", data: string | Uint8Array): Promise<string> {
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
  // No SharedArrayBuffer comes this way, which is all that the narrower type excludes.
  return hexOf(await crypto.subtle.digest(algorithm, bytes as Uint8Array<ArrayBuffer>));
}

const utf8 = new TextEncoder();

/** SHA-256 of a text's UTF-8 in hex, at once: for a text of some kilobytes the platform's asynchronous digest costs more than the hashing. */
export const sha256Hex = (text: string): string => bytesToHex(sha256(utf8.encode(text)));

/** Makes HMAC-SHA-256 in hex under a secret, at once; the secret is prepared here and not for each text. */
export function createHmacHex(secret: string): (text: string) => string {
  const prepared = hmac.create(sha256, utf8.encode(secret));
  return (text) => bytesToHex(prepared.clone().update(utf8.encode(text)).digest());
}
