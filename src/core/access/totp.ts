const STEP_SECONDS = 30;
const DIGITS = 6;
/** 160 bits, the length of the hash (RFC 4226 §4). */
export const TOTP_SECRET_BYTES = 20;
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** The step of 30 seconds that an instant lies in. */
export function totpStep(nowMs: number): number {
  return Math.floor(nowMs / 1000 / STEP_SECONDS);
}

/** The code of a step: HOTP with HMAC-SHA-1 (RFC 6238 §4, RFC 4226 §5.3). */
export async function totpCode(secret: Uint8Array<ArrayBuffer>, step: number, digits: number = DIGITS): Promise<string> {
  const counter = new Uint8Array(8);
  new DataView(counter.buffer).setBigUint64(0, BigInt(step));
  const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-1" }, false, ["sign"]);
  const mac = new DataView(await crypto.subtle.sign("HMAC", key, counter));
  const offset = mac.getUint8(19) & 15;
  return String((mac.getUint32(offset) & 0x7fffffff) % 10 ** digits).padStart(digits, "0");
}

/**
 * The step that a code is good for: this one, the one before or the one after, and later than the last used; null when there is none.
 * Every step is computed, so the time taken says nothing of the code.
 */
export async function matchTotp(
  secret: Uint8Array<ArrayBuffer>,
  code: string,
  { nowMs, lastStep }: { readonly nowMs: number; readonly lastStep: number | null },
): Promise<number | null> {
  const now = totpStep(nowMs);
  let found: number | null = null;
  for (const step of [now - 1, now, now + 1]) {
    const isCode = (await totpCode(secret, step)) === code;
    if (isCode && (lastStep === null || step > lastStep)) found ??= step;
  }
  return found;
}

/** Bytes as Base32 without padding (RFC 4648 §6), as authenticator apps take a secret. */
export function toBase32(bytes: Uint8Array): string {
  let [text, buffer, bits] = ["", 0, 0];
  for (const byte of bytes) {
    buffer = ((buffer << 8) | byte) & 0xffff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += BASE32.charAt((buffer >>> bits) & 31);
    }
  }
  return bits === 0 ? text : text + BASE32.charAt((buffer << (5 - bits)) & 31);
}

/** The bytes of `toBase32`; throws on any other text. */
export function fromBase32(text: string): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  let [buffer, bits] = [0, 0];
  for (const character of text) {
    const value = BASE32.indexOf(character);
    if (value < 0) throw new RangeError("not Base32");
    buffer = ((buffer << 5) | value) & 0xffff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((buffer >>> bits) & 255);
  }
  return new Uint8Array(bytes);
}

/** What an authenticator app reads from a QR code. */
export function totpUri(secret: string, username: string): string {
  const query = new URLSearchParams({
    secret,
    issuer: "Tollgate",
    algorithm: "SHA1",
    digits: String(DIGITS),
    period: String(STEP_SECONDS),
  });
  return `otpauth://totp/${encodeURIComponent(`Tollgate:${username}`)}?${query.toString()}`;
}

const RECOVERY_CODES = 10;
const RECOVERY_CHARACTERS = 10;

/** New recovery codes in clear, `abcde-fghij` with 50 random bits each, to be shown once and stored by digest. */
export function newRecoveryCodes(randomBytes: (length: number) => Uint8Array): readonly string[] {
  return Array.from({ length: RECOVERY_CODES }, () => {
    const text = [...randomBytes(RECOVERY_CHARACTERS)].map((byte) => BASE32.charAt(byte & 31).toLowerCase()).join("");
    return `${text.slice(0, 5)}-${text.slice(5)}`;
  });
}

/** A code as it was typed: a code of the app, a recovery code without its dash, or neither. */
export function readCode(text: string): { readonly kind: "totp" | "recovery"; readonly code: string } | null {
  const code = text.replace(/[\s-]/g, "").toLowerCase();
  if (/^\d{6}$/.test(code)) return { kind: "totp", code };
  return /^[a-z2-7]{10}$/.test(code) ? { kind: "recovery", code } : null;
}
