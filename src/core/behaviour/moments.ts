/** Mean and population moments of a sample. */
export interface Moments {
  readonly count: number;
  readonly mean: number;
  /** Σ(x − mean)² ÷ n: the population's, not the sample's (S1.1). */
  readonly variance: number;
  readonly std: number;
}

/** Moments in two passes, which keeps large values with a small spread exact enough; null for an empty sample. */
export function momentsOf(values: readonly number[]): Moments | null {
  const count = values.length;
  if (count === 0) return null;
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / count;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  const variance = squares / count;
  return { count, mean, variance, std: Math.sqrt(variance) };
}
