/** A secret of 64 bits as two unsigned 32-bit words. */
export type HashKey = readonly [number, number];

/**
 * HalfSipHash-2-4 with 64 bits of output over the text's UTF-16 code units, little-endian (Aumasson and Bernstein's reference, `halfsiphash.c`).
 * Returns the two unsigned words [first, second]. Keyed, so nobody outside can make two values collide.
 */
export function halfSipHash(text: string, key: HashKey): [number, number] {
  let v0 = key[0] | 0;
  let v1 = (key[1] ^ 0xee) | 0;
  let v2 = (0x6c796765 ^ key[0]) | 0;
  let v3 = (0x74656462 ^ key[1]) | 0;
  let first = 0;
  // Two code units a word, then the odd one with the length; two more steps finish the two halves. One loop keeps the state in registers.
  const words = (text.length >> 1) + 1;
  for (let step = 0; step < words + 2; step++) {
    let word = 0;
    let rounds = 4;
    if (step < words) {
      word = step < words - 1 ? text.charCodeAt(2 * step) | (text.charCodeAt(2 * step + 1) << 16) : lastWord(text);
      rounds = 2;
      v3 ^= word;
    } else if (step === words) {
      v2 ^= 0xee;
    } else {
      first = v1 ^ v3;
      v1 ^= 0xdd;
    }
    for (; rounds > 0; rounds--) {
      v0 = (v0 + v1) | 0;
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
      v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0;
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
      v2 = (v2 << 16) | (v2 >>> 16);
    }
    v0 ^= word;
  }
  return [first >>> 0, (v1 ^ v3) >>> 0];
}

function lastWord(text: string): number {
  const length = text.length;
  return (length % 2 === 1 ? text.charCodeAt(length - 1) : 0) | ((length * 2) << 24);
}
