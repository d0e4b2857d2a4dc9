/** The longest that card schemes take to open and settle a dispute, counted from its notice, arbitration included. */
export const HOLD_DAYS = 540;

/** Until when evidence of a chargeback is kept whatever else is erased (legal hold), epoch milliseconds. */
export function holdUntil(chargebackAtMs: number): number {
  return chargebackAtMs + HOLD_DAYS * 86_400_000;
}
