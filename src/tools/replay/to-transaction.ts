import type { PaysimRow } from "./read-paysim.ts";

/** What a caller knows before the payment, in the sources' spelling (S3.2): balances after it, and PaySim's own flag, stay behind. */
export interface TransactionBody {
  readonly transaction_id: string;
  readonly type: string;
  readonly amount: number;
  readonly nameOrig: string;
  readonly oldbalanceOrg: number;
  readonly nameDest: string;
  readonly oldbalanceDest: number;
  readonly timestamp: string;
}

/** The API's own range (S3.5); the simulator also makes amounts of 0 and above it. */
const MAX_AMOUNT = 10_000_000;

/** Whether the API takes such an amount at all. */
export const isWithinRange = ({ amount }: Pick<PaysimRow, "amount">): boolean => amount > 0 && amount <= MAX_AMOUNT;

/** The request for one row; its id is the same whenever prefix and row are. */
export function toTransaction(row: PaysimRow, idPrefix: string, occurredAtMs: number): TransactionBody {
  return {
    transaction_id: `${idPrefix}-${row.number}`,
    type: row.type,
    amount: row.amount,
    nameOrig: row.nameOrig,
    oldbalanceOrg: row.oldbalanceOrg,
    nameDest: row.nameDest,
    oldbalanceDest: row.oldbalanceDest,
    timestamp: new Date(occurredAtMs).toISOString(),
  };
}
