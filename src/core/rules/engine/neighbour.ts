const float = new Float64Array(1);
const bits = new BigInt64Array(float.buffer);

/** The smallest number above a finite one, so that `x > n` is `x >= nextUp(n)`. */
export function nextUp(value: number): number {
  if (value === 0) return Number.MIN_VALUE;
  float[0] = value;
  bits[0] = (bits[0] ?? 0n) + (value > 0 ? 1n : -1n);
  return float[0] ?? value;
}

/** The largest number below a finite one, so that `x < n` is `x <= nextDown(n)`. */
export const nextDown = (value: number): number => -nextUp(-value);
