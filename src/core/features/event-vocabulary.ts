import { DIMENSIONS, type Dimension } from "../event/entity.ts";
import type { FeatureSlot, Vocabulary } from "./catalogue.ts";
import type { FeatureType } from "./value.ts";

/** One thing a declaration's `where` may ask of an event in the history. */
export interface EventField {
  readonly name: string;
  readonly type: FeatureType;
  /** `record`: a log record can answer; `equality`: it holds a hash, so eq, ne, in, notIn and exists only; `postgres`: only SQL can. */
  readonly answer: "record" | "equality" | "postgres";
  /** The dimension it is, for those that are one. */
  readonly dimension: Dimension | null;
  /** Where it is in the event's body, for those only SQL can answer. */
  readonly path: readonly string[] | null;
}

const DIMENSION_TYPES: Readonly<Record<Dimension, FeatureType>> = {
  client: "id",
  dest: "id",
  device: "id",
  ip: "ip",
  card: "id",
  email: "email",
  phone: "id",
  shipping: "text",
  city: "text",
  bin: "id",
  merchant_1: "id",
  merchant_2: "id",
};

const inRecord = (name: string, type: FeatureType): EventField => ({ name, type, answer: "record", dimension: null, path: null });
const inBody = (name: string, type: FeatureType, path: readonly string[]): EventField => ({
  name,
  type,
  answer: "postgres",
  dimension: null,
  path,
});

/**
 * Names of `where`. `event_type`, `status` and `transaction_type` compare lower-case; `amount` is minor units;
 * `hour` and `weekday` are in the service's time zone; a dimension compares its canonical text (an IPv6 address is its /64).
 */
export const EVENT_FIELDS: readonly EventField[] = [
  inRecord("event_type", "text"),
  inRecord("status", "text"),
  inRecord("transaction_type", "text"),
  inRecord("amount", "money"),
  inRecord("hour", "hour"),
  inRecord("weekday", "weekday"),
  ...DIMENSIONS.map(
    (dimension): EventField => ({ name: dimension, type: DIMENSION_TYPES[dimension], answer: "equality", dimension, path: null }),
  ),
  inBody("currency", "text", ["currency"]),
  inBody("country", "country", ["country"]),
  inBody("ip_country", "country", ["ip_geo", "country"]),
  inBody("card_country", "country", ["card", "country"]),
  inBody("card_funding", "text", ["card", "funding"]),
  inBody("billing_country", "country", ["billing", "country"]),
  inBody("shipping_country", "country", ["shipping", "country"]),
  inBody("user_agent", "text", ["user_agent"]),
];

export const EVENT_FIELD_BY_NAME: ReadonlyMap<string, EventField> = new Map(EVENT_FIELDS.map((field) => [field.name, field]));

const slots: readonly FeatureSlot[] = EVENT_FIELDS.map(({ name, type }, slot) => ({ name, slot, type, source: "event" }));

/** The event fields as a vocabulary, for the rules' condition checker. */
export const EVENT_VOCABULARY: Vocabulary = { slots, byName: new Map(slots.map((slot) => [slot.name, slot])) };
