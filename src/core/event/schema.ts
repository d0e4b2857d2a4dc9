import * as z from "zod";
import { EVENT_STATUSES, EVENT_TYPES, TRANSACTION_TYPES } from "./event.ts";
import { Amount, Id, Party, Payment, Text } from "./fields.ts";

/** One transaction to decide on (api.md), in the checkout's spelling. Only `type` and `amount` are required. */
export const Transaction = z.strictObject({
  transaction_id: Id.optional(),
  stage: Text.max(32).optional(),
  type: z.enum(TRANSACTION_TYPES),
  amount: Amount,
  ...Party,
  ...Payment,
});
export type Transaction = z.infer<typeof Transaction>;

/** A transaction as a shop behind the gate sends it. The context is taken in before the transaction is parsed, and is not kept. */
export const GatedTransaction = Transaction.extend({
  tollgate_context: z
    .string()
    .max(4_096)
    .optional()
    .meta({ description: "the `x-tollgate-context` the gate sent with the visitor's request" }),
});

const OTHER_EVENTS = EVENT_TYPES.filter((type) => type !== "payment" && type !== "transaction");

/** register, login, profile_change, click, conversion. */
const Behaviour = z.strictObject({
  id: Id.optional(),
  type: z.enum(OTHER_EVENTS),
  status: z.enum(["success", "failed"]).optional(),
  amount: Amount.optional(),
  ...Party,
  ...Payment,
});

/** A transaction that happened elsewhere: it counts in windows and aggregates, nothing is decided. */
const ForeignTransaction = z.strictObject({
  id: Id.optional(),
  type: z.literal("transaction"),
  transaction_type: z.enum(TRANSACTION_TYPES).optional(),
  status: z.enum(EVENT_STATUSES).exclude(["success", "failed"]).optional(),
  amount: Amount,
  ...Party,
  ...Payment,
});

/** What became of a transaction. */
const PaymentOutcome = z.strictObject({
  id: Id.optional(),
  type: z.literal("payment"),
  transaction_id: Id,
  status: z.enum(["authorized", "declined", "captured", "refunded", "chargeback"]),
  decline_code: Text.optional(),
  amount: Amount.optional(),
  ...Party,
  ...Payment,
});

/** One event for windows and aggregates (`POST /api/v1/events`). */
export const Event = z.discriminatedUnion("type", [Behaviour, ForeignTransaction, PaymentOutcome]);
export type Event = z.infer<typeof Event>;
