import { isCardNumber } from "../event/card-number.ts";
import { formatPath, type InputFault } from "../event/lenient.ts";

/** What most texts have not: 13 digits in a row, or in groups. */
const MANY_DIGITS = /\d(?:[ -]?\d){12}/;
/** Digits in groups that stand by themselves: not inside a word or a hexadecimal text, no fraction of a number, no telephone number. */
const DIGIT_RUN = /(?<![\p{L}\p{N}_+]|\d[.,])\d(?:[ -]?\d){12,60}(?![\p{L}\p{N}_]|[.,]\d)/gu;
const OTHER_SPACES = /[\u00a0\u2000-\u200a\u202f\u3000]/g;
const OTHER_DASHES = /[\u2010-\u2015\u2212]/g;
const BEYOND_ASCII = /[^\u0020-\u007e]/;

/** Whether a text is a card number or holds one among other words. */
export function holdsCardNumber(text: string): boolean {
  if (text.length < 13) return false;
  const plain = BEYOND_ASCII.test(text) ? text.replace(OTHER_SPACES, " ").replace(OTHER_DASHES, "-").normalize("NFKC") : text;
  if (!MANY_DIGITS.test(plain)) return false;
  return isCardNumber(plain.trim()) || (plain.match(DIGIT_RUN) ?? []).some(hasCardGroups);
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
