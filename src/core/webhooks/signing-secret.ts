const PREFIX = "whsec_";
/** Standard Webhooks asks for 24 to 64. */
export const SECRET_BYTES = 32;

/** A signing secret as receivers get it (Standard Webhooks 1.0). */
export function formatSigningSecret(bytes: Uint8Array): string {
  return `${PREFIX}${btoa(String.fromCharCode(...bytes))}`;
}

/** The key in a secret that `formatSigningSecret` wrote. Throws on any other text. */
export function signingKeyOf(secret: string): Uint8Array<ArrayBuffer> {
  if (!secret.startsWith(PREFIX)) throw new TypeError("not a signing secret");
  return Uint8Array.from(atob(secret.slice(PREFIX.length)), (character) => character.charCodeAt(0));
}
