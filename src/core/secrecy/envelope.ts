const utf8 = new TextEncoder();

/**
 * Encrypts text with AES-256-GCM; gives base64 of nonce, ciphertext and tag.
 * @param nonce 12 random bytes, never used twice with one key
 * @param context authenticated and not encrypted: the box opens nowhere else
 */
export async function sealBox(
  raw: Uint8Array<ArrayBuffer>,
  text: string,
  nonce: Uint8Array<ArrayBuffer>,
  context: string,
): Promise<string> {
  return encrypt(await aesKey(raw), new Uint8Array(utf8.encode(text)), nonce, context);
}

/** The text of a box; throws when the key is another's or the box was tampered with. */
export async function openBox(raw: Uint8Array<ArrayBuffer>, box: string, context: string): Promise<string> {
  return new TextDecoder().decode(new Uint8Array(await decrypt(await aesKey(raw), box, context)));
}

/** Wraps a person's 32-byte data key under a master key. */
export function wrapKey(master: CryptoKey, raw: Uint8Array<ArrayBuffer>, nonce: Uint8Array<ArrayBuffer>, keyId: string): Promise<string> {
  return encrypt(master, raw, nonce, keyId);
}

/** The data key of `wrapKey`; throws when it was wrapped by another master key. */
export async function unwrapKey(master: CryptoKey, wrapped: string, keyId: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await decrypt(master, wrapped, keyId));
}

const aesKey = (raw: Uint8Array<ArrayBuffer>): Promise<CryptoKey> =>
  crypto.subtle.importKey("raw", raw, { name: "AES-GCM" }, false, ["encrypt", "decrypt"]);

async function encrypt(key: CryptoKey, bytes: Uint8Array<ArrayBuffer>, nonce: Uint8Array<ArrayBuffer>, context: string): Promise<string> {
  const secret = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce, additionalData: utf8.encode(context) }, key, bytes);
  return toBase64(new Uint8Array([...nonce, ...new Uint8Array(secret)]));
}

function decrypt(key: CryptoKey, text: string, context: string): Promise<ArrayBuffer> {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const algorithm = { name: "AES-GCM", iv: bytes.subarray(0, 12), additionalData: utf8.encode(context) };
  return crypto.subtle.decrypt(algorithm, key, bytes.subarray(12));
}

function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}
