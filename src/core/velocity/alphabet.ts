/**
 * The 85 printable ASCII characters logs are written in, in byte order: equal widths compare as their numbers do.
 * Left out is what JSON or its encoders escape (quotes, backslash, slash, `<`, `>`, `&`), `%` and the backtick.
 */
export const ALPHABET = "!#$()*+,-.0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_abcdefghijklmnopqrstuvwxyz{|}~";
const BASE = ALPHABET.length;

const DIGIT = new Uint8Array(128);
for (let digit = 0; digit < BASE; digit++) DIGIT[ALPHABET.charCodeAt(digit)] = digit;

/** Two characters at a time halve the work. */
const PAIRS: readonly string[] = Array.from(
  { length: BASE * BASE },
  (_, pair) => `${ALPHABET[Math.floor(pair / BASE)]}${ALPHABET[pair % BASE]}`,
);

/** A non-negative integer as `width` characters; a number too large for the width becomes the largest that fits. */
export function encode(value: number, width: number): string {
  let rest = Math.min(value, BASE ** width - 1);
  let text = "";
  let place = width;
  for (; place > 1; place -= 2) {
    const pair = rest % (BASE * BASE);
    text = PAIRS[pair] + text;
    rest = (rest - pair) / (BASE * BASE);
  }
  return place === 1 ? ALPHABET[rest] + text : text;
}

/** Reads `width` characters at `at`. Characters outside the alphabet read as 0: callers trust what they wrote. */
export function decode(text: string, at: number, width: number): number {
  let value = 0;
  for (let place = at; place < at + width; place++) value = value * BASE + (DIGIT[text.charCodeAt(place)] ?? 0);
  return value;
}
