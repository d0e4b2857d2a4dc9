import { hexOf } from "../secrecy/digest-hex.ts";

/** Live keys decide on real money; test keys see a world of their own. */
export type World = "live" | "test";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const SECRET_CHARACTERS = 32; // 32 × log2(62) = 190 bits
const FORM = /^tg_(live|test)_([0-9A-Za-z]{32})([0-9A-Za-z]{6})$/;

/**
 * A new API key in clear text, to be shown once: `tg_live_` or `tg_test_`, 190 random bits, and a checksum that lets
 * scanners and typing errors be told apart from wrong keys without a look-up.
 * @param randomBytes at least 64 uniformly random bytes
 */
export function formatApiKey(world: World, randomBytes: Uint8Array): string {
  let secret = "";
  for (const byte of randomBytes) {
    // 248 = 4 × 62: bytes above would make the first characters more likely.
    if (byte < 248) secret += ALPHABET.charAt(byte % 62);
    if (secret.length === SECRET_CHARACTERS) break;
  }
  if (secret.length < SECRET_CHARACTERS) throw new RangeError("too few random bytes for a key");
  const body = `tg_${world}_${secret}`;
  return body + checksum(body);
}

/** The world of a well-formed key, or null for anything that was never a key of ours. */
export function worldOfApiKey(key: string): World | null {
  const match = FORM.exec(key);
  if (match === null || checksum(key.slice(0, -6)) !== match[3]) return null;
  return match[1] as World;
}

/** Makes the digest of keys under a deployment's secret: HMAC-SHA-256 in hex, the only form that is stored, mirrored or looked up. `createHmacHex` gives the same at once. */
export function createKeyDigest(hashSecret: string): (key: string) => Promise<string> {
  const utf8 = new TextEncoder();
  let secret: CryptoKey | null = null;
  return async (key) => {
    // The key is kept, not its promise: a promise would belong to the request that made it.
    secret ??= await crypto.subtle.importKey("raw", utf8.encode(hashSecret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    return hexOf(await crypto.subtle.sign("HMAC", secret, utf8.encode(key)));
  };
}

/** CRC-32 (IEEE 802.3) in six base-62 digits. */
function checksum(text: string): string {
  let crc = 0xffffffff;
  for (let i = 0; i < text.length; i++) {
    crc ^= text.charCodeAt(i);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  let rest = (crc ^ 0xffffffff) >>> 0;
  let digits = "";
  for (let i = 0; i < 6; i++) {
    digits = ALPHABET.charAt(rest % 62) + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}
