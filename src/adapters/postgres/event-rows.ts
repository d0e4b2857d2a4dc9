import { type SQL, sql } from "drizzle-orm";
import type { Dimension } from "../../core/event/entity.ts";
import type { CanonicalEvent, EventStatus, EventType, TransactionType } from "../../core/event/event.ts";
import { epochMs } from "./instants.ts";
import { events } from "./schema/events.ts";

/** Where each dimension's canonical text is kept. */
export const DIMENSION_COLUMNS = {
  client: events.clientId,
  dest: events.destId,
  device: events.deviceId,
  ip: events.ipKey,
  card: events.card,
  email: events.email,
  phone: events.phone,
  shipping: events.shipping,
  city: events.city,
  bin: events.bin,
  merchant_1: events.merchant1,
  merchant_2: events.merchant2,
} as const satisfies Record<Dimension, unknown>;

/** A row of `events` under the names `EVENT_FIELDS` gives. */
export interface EventRow {
  readonly [column: string]: unknown;
  readonly livemode: boolean;
  readonly id: string;
  readonly stage: string;
  readonly type: EventType;
  readonly transaction_type: TransactionType | null;
  readonly occurred_ms: number;
  readonly status: EventStatus;
  readonly amount: number | null;
  readonly dimensions: Partial<Record<Dimension, string>>;
  readonly latitude: number | null;
  readonly longitude: number | null;
  readonly body: Readonly<Record<string, unknown>>;
}

const dimensionPairs = sql.join(
  Object.entries(DIMENSION_COLUMNS).map(([dimension, column]) => sql`${sql.raw(`'${dimension}'`)}, ${column}`),
  sql.raw(", "),
);

/** What a select from `events` lists so that `toEvent` can read it. */
export const EVENT_FIELDS: SQL = sql`${events.livemode}, ${events.id}, ${events.stage}, ${events.type}, ${events.transactionType},
  ${epochMs(sql`${events.occurredAt}`)} as occurred_ms, ${events.status}, ${events.amountMinor}::float8 as amount,
  jsonb_strip_nulls(jsonb_build_object(${dimensionPairs})) as dimensions, ${events.latitude}, ${events.longitude}, ${events.body}`;

/** The canonical event as it was recorded, its status as it is now. */
export function toEvent(row: EventRow): CanonicalEvent {
  return {
    id: row.id,
    stage: row.stage,
    type: row.type,
    transactionType: row.transaction_type,
    occurredAtMs: row.occurred_ms,
    status: row.status,
    amountMinor: row.amount,
    dimensions: row.dimensions,
    latitude: row.latitude,
    longitude: row.longitude,
    body: row.body,
  };
}
