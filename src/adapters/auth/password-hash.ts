import { scrypt } from "@noble/hashes/scrypt.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { equalDigests } from "../../core/access/digest.ts";

interface Parameters {
  /** Base-2 logarithm of N; with r = 8, 2^ln KiB of memory. */
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}
/** 32 MiB: a Worker has 128 MiB, and one hash runs at a time. */
const TODAY: Parameters = { ln: 15, r: 8, p: 1 };
/** A stored hash that asks for more is damaged, and is not computed. */
const MOST: Parameters = { ln: 16, r: 8, p: 4 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const FORM = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([0-9a-f]{32})\$[0-9a-f]{64}$/;

/** Hashes a password for storage, with its parameters and salt: `$scrypt$ln=15,r=8,p=1$<salt>$<hash>` in hex. About a tenth of a second of CPU. */
export function hashPassword(password: string): string {
  return format(password, crypto.getRandomValues(new Uint8Array(SALT_BYTES)), TODAY);
}

/**
 * Whether a password belongs to a stored hash. Without a hash (no such user) one of today's parameters is computed all the same:
 * the time taken must not tell which names exist.
 */
export function isPasswordOf(password: string, stored: string | null): boolean {
  const match = FORM.exec(stored ?? "");
  const parameters = { ln: Number(match?.[1]), r: Number(match?.[2]), p: Number(match?.[3]) };
  const isSound = parameters.ln >= 1 && parameters.ln <= MOST.ln && parameters.r >= 1 && parameters.r <= MOST.r;
  if (stored === null || match === null || !isSound || parameters.p < 1 || parameters.p > MOST.p) {
    format(password, new Uint8Array(SALT_BYTES), TODAY);
    return false;
  }
  return equalDigests(format(password, hexToBytes(match[4] ?? ""), parameters), stored);
}

/** Unicode has several spellings of one character, and keyboards differ in them (NFKC, RFC 8265). */
function format(password: string, salt: Uint8Array, { ln, r, p }: Parameters): string {
  const hash = scrypt(password.normalize("NFKC"), salt, { N: 2 ** ln, r, p, dkLen: HASH_BYTES });
  return `$scrypt$ln=${ln},r=${r},p=${p}$${bytesToHex(salt)}$${bytesToHex(hash)}`;
}
