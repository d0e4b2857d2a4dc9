const BYTES = 32;

/** A new refresh token in clear: `tgr_` and 256 random bits in base64url, to be stored by digest only. */
export function newRefreshToken(): string {
  const text = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(BYTES))));
  return `tgr_${text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")}`;
}
