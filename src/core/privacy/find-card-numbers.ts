import { isCardNumber } from "../event/card-number.ts";
import { formatPath, type InputFault } from "../event/lenient.ts";

/** What stands in the place of a card number. */
const MASK = "[card]";
/** What most texts have not: 13 digits in a row, or in groups. */
const MANY_DIGITS = /\d(?:[ -]?\d){12}/;
/** Digits in groups that stand by themselves: not inside a word or a hexadecimal text, no fraction of a number, no telephone number. */
const DIGIT_RUN = /(?<![\p{L}\p{N}_+]|\d[.,])\d(?:[ -]?\d){12,60}(?![\p{L}\p{N}_]|[.,]\d)/gu;
const INVISIBLE = /\p{Cf}/gu;
const SPACES = /[\s\u00a0\u2000-\u200a\u202f\u3000]+/g;
const DASHES = /[-\u2010-\u2015\u2212]+/g;
const PLUS_INSIDE = /(?<=\d)\+(?=\d)/g;
const BEYOND_ASCII = /[^\u0020-\u007e]/;
/** What must be written alike before groups are seen: other characters, encodings, `+` for a space, two separators. */
const UNUSUAL = /[^\u0020-\u007e]|%[0-9a-f]{2}|\d(?:\+|[ +-]{2,})\d/i;
/** A number in the text as it is written. */
const WRITTEN_RUN = /\d(?:(?:[\s\p{Cf}\p{Pd}+\u2212]|%(?:20|2[bd]|c2%a0)){0,3}\d){12,60}/giu;
/** `%2520`: encoded by each of several hands. */
const MOST_ENCODINGS = 3;

/** Whether a text is a card number or holds one among other words, percent-encoded or not. */
export function holdsCardNumber(text: string): boolean {
  if (text.length < 13) return false;
  if (!UNUSUAL.test(text)) return holdsPlain(text);
  let decoded = text;
  for (let times = 0; times < MOST_ENCODINGS; times++) {
    if (holdsPlain(writtenAlike(decoded))) return true;
    const next = decodedOnce(decoded);
    if (next === decoded) return false;
    decoded = next;
  }
  return holdsPlain(writtenAlike(decoded));
}

/**
 * A text with `[card]` in the place of every card number. Everything that is written or answered passes through here, so that no caller has to
 * remember it; a number that cannot be cut out alone takes the whole text with it.
 */
export function maskCardNumbers(text: string): string {
  if (!holdsCardNumber(text)) return text;
  const masked = text.replace(WRITTEN_RUN, (run) => (holdsCardNumber(run) ? MASK : run));
  return holdsCardNumber(masked) ? MASK : masked;
}

/** A copy of a JSON value in which no text, number or key holds a card number; the value itself when there is none. */
export function withoutCardNumbers<T>(value: T): T;
export function withoutCardNumbers(value: unknown): unknown {
  if (typeof value === "string") return maskCardNumbers(value);
  if (typeof value === "number") return isCardNumber(String(value)) ? MASK : value;
  if (Array.isArray(value)) return value.map((part: unknown) => withoutCardNumbers(part));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [maskCardNumbers(key), withoutCardNumbers<unknown>(part)]));
}

function holdsPlain(text: string): boolean {
  if (!MANY_DIGITS.test(text)) return false;
  return isCardNumber(text.trim()) || (text.match(DIGIT_RUN) ?? []).some(hasCardGroups);
}

function writtenAlike(text: string): string {
  const ascii = BEYOND_ASCII.test(text) ? text.replace(INVISIBLE, "").normalize("NFKC") : text;
  return ascii.replace(PLUS_INSIDE, " ").replace(SPACES, " ").replace(DASHES, "-").replace(/ ?- ?/g, "-");
}

/** Each code by itself: one that is malformed does not hide the others. */
function decodedOnce(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (codes) => {
    try {
      return decodeURIComponent(codes);
    } catch {
      return codes.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => (hex < "8" ? String.fromCharCode(Number.parseInt(hex, 16)) : "\ufffd"));
    }
  });
}

/** Whether groups that stand side by side make a card number: `ref 17 4111 1111 1111 1111`. */
function hasCardGroups(run: string): boolean {
  const parts = run.split(/([ -])/);
  for (let from = 0; from < parts.length; from += 2)
    for (let to = from; to < Math.min(parts.length, from + 10); to += 2) if (isCardNumber(parts.slice(from, to + 1).join(""))) return true;
  return false;
}

/** Every place of a value that holds a card number, in texts, numbers and keys: named by its path, never by the number. No recursion: depth is the caller's. */
export function findCardNumbers(value: unknown): InputFault[] {
  const faults: InputFault[] = [];
  const open: { readonly path: readonly PropertyKey[]; readonly value: unknown }[] = [{ path: [], value }];
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    const { path, value: held } = entry;
    if (typeof held === "string" ? holdsCardNumber(held) : typeof held === "number" && isCardNumber(String(held)))
      faults.push(faultAt(path));
    if (typeof held !== "object" || held === null) continue;
    const isArray = Array.isArray(held);
    for (const [key, child] of Object.entries(held)) {
      // A key is part of a path: one that is a card number must not be told either.
      if (!isArray && holdsCardNumber(key)) faults.push(faultAt(path));
      else open.push({ path: [...path, isArray ? Number(key) : key], value: child });
    }
  }
  return faults;
}

const faultAt = (path: readonly PropertyKey[]): InputFault => ({
  code: "card_number",
  path: formatPath(path),
  message: "holds a card number, which is never stored: name the card by its token",
});
