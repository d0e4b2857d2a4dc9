import { sql } from "drizzle-orm";
import { parseAddress } from "../../core/address/parse-address.ts";
import { blocksByItself } from "../../core/guard/blocks-by-itself.ts";
import { slotStart } from "../../core/guard/slot.ts";
import type { RecordEntry } from "../../ports/records.ts";
import { toInstant } from "./instants.ts";

/** One entry as the recording statement reads it: flat, by column name. */
export function toRecordRow(entry: RecordEntry, position: number): Record<string, unknown> {
  const { event, decision } = entry;
  const { dimensions } = event;
  return {
    position,
    livemode: entry.livemode,
    id: event.id,
    occurred_at: toInstant(event.occurredAtMs),
    received_at: toInstant(entry.receivedAtMs),
    stage: event.stage,
    type: event.type,
    transaction_type: event.transactionType,
    status: event.status,
    amount_minor: event.amountMinor,
    client_id: dimensions.client,
    dest_id: dimensions.dest,
    device_id: dimensions.device,
    ip: inetText(event.body.ip_address),
    ip_key: dimensions.ip,
    card: dimensions.card,
    email: dimensions.email,
    phone: dimensions.phone,
    shipping: dimensions.shipping,
    city: dimensions.city,
    bin: dimensions.bin,
    merchant_1: dimensions.merchant_1,
    merchant_2: dimensions.merchant_2,
    latitude: event.latitude,
    longitude: event.longitude,
    body_hash: entry.bodyHash,
    velocity_pending: entry.velocityPending,
    body: event.body,
    names_transaction: event.type === "payment" ? namedTransaction(event.body) : null,
    decided_at: decision === null ? null : toInstant(decision.decidedAtMs),
    slot: decision === null ? null : toInstant(slotStart(decision.decidedAtMs)),
    blocks_by_itself: decision === null ? null : blocksByItself(decision.answer),
    recovered: decision?.recovered,
    out_of_range: decision?.outOfRange,
    answer: decision?.answer,
    facts: decision?.facts,
    automatic_blocks: decision?.automaticBlocks,
  };
}

/** The shape of `toRecordRow` for `jsonb_to_recordset`. */
export const RECORD_COLUMNS = sql.raw(
  "position integer, livemode boolean, id text, occurred_at timestamptz(3), received_at timestamptz(3), stage text, type text, transaction_type text, " +
    "status text, amount_minor bigint, client_id text, dest_id text, device_id text, ip inet, ip_key text, card text, email text, phone text, " +
    "shipping text, city text, bin text, merchant_1 text, merchant_2 text, latitude float8, longitude float8, body_hash text, " +
    "velocity_pending boolean, body jsonb, names_transaction text, decided_at timestamptz(3), slot timestamptz(3), blocks_by_itself boolean, recovered boolean, out_of_range text[], answer jsonb, facts jsonb, automatic_blocks jsonb",
);

/** The transaction a `payment` event speaks of, or null. */
export function namedTransaction(body: Readonly<Record<string, unknown>>): string | null {
  const id = body.transaction_id;
  return typeof id === "string" && id !== "" ? id : null;
}

const inetText = (value: unknown): string | null => (typeof value === "string" ? (parseAddress(value)?.text ?? null) : null);
