/** The deployment's currency and what other currencies are worth in it. */
export interface Currency {
  /** ISO 4217 code. */
  readonly code: string;
  /** Decimals of the minor unit: 2 for EUR, 0 for JPY, 3 for KWD. */
  readonly exponent: number;
  /** Units of `code` for one unit of another currency, by its code. */
  readonly rates: Readonly<Record<string, number>>;
}

/** A deployment's currency; the number of decimals is CLDR's, as the platform knows it. Throws RangeError on a code that is not ISO 4217's form. */
export function createCurrency(code: string, rates: Readonly<Record<string, number>> = {}): Currency {
  const format = new Intl.NumberFormat("en", { style: "currency", currency: code });
  return { code, exponent: format.resolvedOptions().maximumFractionDigits ?? 2, rates };
}

/** Major units (129.9) to integer minor units (12990), rounded half up. */
export function toMinor(major: number, exponent: number): number {
  // The product of a decimal and a power of ten is off by less than 1e-9 of itself; the nudge makes 1.005 EUR 1.01.
  return Math.round(major * 10 ** exponent * (1 + Number.EPSILON));
}

/** What one unit of `code` is worth in the deployment's currency, or null when no rate is configured. */
export function rateOf(currency: Currency, code: string): number | null {
  if (code === currency.code) return 1;
  return currency.rates[code] ?? null;
}
