import { isCardNumber } from "../event/card-number.ts";
import { formatPath, type InputFault } from "../event/lenient.ts";

/** The longest a card number is as people write it: 19 digits and a separator between groups. */
export const LONGEST_WRITTEN = 24;
/** Digits in groups, one separator between them. */
const RUN = /\d+(?:[ -]\d+)*/g;
/** Separators that only look different; full-width digits and odd spaces are folded by NFKC. */
const DASHES = /[\u2010-\u2015\u2212.]/g;

/**
 * Whether a card number stands anywhere in a text: issuer prefix, length and Luhn's digit, written as people write one. Times, snowflake ids, IMEIs and
 * carriers' tracking numbers are none.
 */
export function holdsCardNumber(text: string): boolean {
  if (!/\d/.test(text)) return false;
  for (const [run] of text.normalize("NFKC").replace(DASHES, "-").matchAll(RUN)) if (isInRun(run)) return true;
  return false;
}

/** A run may hold other groups before and after: "order 12 4111 1111 1111 1111 2". Looks 24 characters ahead, however long the run is. */
function isInRun(run: string): boolean {
  for (let start = 0; start < run.length; start++) {
    if (!isDigit(run, start) || isDigit(run, start - 1)) continue;
    const last = Math.min(run.length, start + LONGEST_WRITTEN);
    for (let end = start + 13; end <= last; end++)
      if (isDigit(run, end - 1) && !isDigit(run, end) && isCardNumber(run.slice(start, end))) return true;
  }
  return false;
}

const isDigit = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
};

/** The first field of a value that holds a card number, as a fault that names the field and never the number; null when none does. */
export function findCardNumber(value: unknown): InputFault | null {
  const open: { readonly path: readonly PropertyKey[]; readonly value: unknown }[] = [{ path: [], value }];
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    const { path, value: held } = entry;
    if ((typeof held === "string" || typeof held === "number") && holdsCardNumber(String(held))) return cardNumberAt(formatPath(path));
    if (typeof held !== "object" || held === null) continue;
    const isArray = Array.isArray(held);
    for (const [key, child] of Object.entries(held)) open.push({ path: [...path, isArray ? Number(key) : key], value: child });
  }
  return null;
}

/** The fault of a field that holds a card number. */
export const cardNumberAt = (path: string): InputFault => ({
  code: "card_number",
  path,
  message: "holds a card number: leave it out, its last four digits are enough",
});
