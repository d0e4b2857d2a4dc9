const ALGORITHM = { name: "HMAC", hash: "SHA-256" } as const;
const LONGEST = 4_096;

/** What a text was signed for: one that was signed for another purpose does not verify. */
export type SignedPurpose = "context" | "device" | "pass";

/** Signs short texts that strangers carry. */
export interface TextSigner {
  /** `text.signature`, both base64url: fit for a header and a cookie. */
  sign(purpose: SignedPurpose, text: string): Promise<string>;
  /** The text, or null when this secret did not sign it for this purpose. */
  read(purpose: SignedPurpose, signed: string): Promise<string | null>;
}

/** HMAC-SHA-256 under a secret of at least 32 characters. */
export function createTextSigner(secret: string): TextSigner {
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  let imported: CryptoKey | null = null;
  const key = async (): Promise<CryptoKey> => {
    imported ??= await crypto.subtle.importKey("raw", encoder.encode(secret), ALGORITHM, false, ["sign", "verify"]);
    return imported;
  };
  const message = (purpose: SignedPurpose, payload: string) => encoder.encode(`tollgate ${purpose}\n${payload}`);
  return {
    async sign(purpose, text) {
      const payload = toBase64Url(encoder.encode(text));
      const signature = await crypto.subtle.sign(ALGORITHM, await key(), message(purpose, payload));
      return `${payload}.${toBase64Url(new Uint8Array(signature))}`;
    },
    async read(purpose, signed) {
      const [payload, signature, ...rest] = signed.length > LONGEST ? [] : signed.split(".");
      const bytes = signature === undefined || rest.length > 0 ? null : fromBase64Url(signature);
      const text = payload === undefined ? null : fromBase64Url(payload);
      if (payload === undefined || bytes === null || text === null) return null;
      if (!(await crypto.subtle.verify(ALGORITHM, await key(), bytes, message(purpose, payload)))) return null;
      return decoder.decode(text);
    },
  };
}

function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[\w-]+$/.test(text)) return null;
  try {
    return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}
