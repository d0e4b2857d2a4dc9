import { expect } from "vitest";

/** Equal, numbers but for rounding: to eleven digits of the larger. */
export function expectClose(actual: unknown, expected: unknown, about: string): void {
  if (typeof actual !== "number" || typeof expected !== "number") expect(actual, about).toEqual(expected);
  else
    expect(Math.abs(actual - expected), `${about}: ${actual} ≠ ${expected}`).toBeLessThanOrEqual(1e-11 * Math.max(1, Math.abs(expected)));
}
