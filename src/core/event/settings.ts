import type { Currency } from "./money.ts";

/** What a deployment says about its events, prepared once per isolate. */
export interface EventSettings {
  readonly currency: Currency;
  /** Paths in the body of the two dimensions the merchant names, e.g. `["attributes", "store_id"]`. */
  readonly merchantDimensions: readonly (readonly string[])[];
  /** Replaces a card number by a keyed token, e.g. `pan_3f9a…`; the number itself goes nowhere else. */
  readonly tokenizeCard: (digits: string) => string;
}

/** Events may lie at most this far ahead of the service's clock. */
export const MAX_AHEAD_MS = 5 * 60_000;
