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
