import fc from "fast-check";
import type { CanonicalEvent, EventStatus, EventType, TransactionType } from "../../../src/core/event/event.ts";

/** One event on its way in, and what happens to it on the way. */
export interface Delivery {
  readonly event: CanonicalEvent;
  readonly how: "once" | "sent twice" | "repeated" | "second stage" | "settle only";
  /** What becomes of it later. */
  readonly status: Extract<EventStatus, "blocked" | "declined"> | null;
}
export interface Stream {
  /** In the order they arrive, which is not that of their times. */
  readonly deliveries: readonly Delivery[];
  readonly question: CanonicalEvent;
}

const NOW = Date.UTC(2026, 10, 20, 12);
const DAY_MS = 86_400_000;
/** Windows of the features below, in milliseconds: events stand exactly on their edges and one to either side, often together. */
const EDGES_MS = [0, 1_000, 60_000, 3_600_000, 7 * DAY_MS, 30 * DAY_MS];
/** How long before the question an event is; below 0 the question is a late one. */
const arbitraryAge = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.constantFrom(...EDGES_MS), fc.constantFrom(-1, 0, 0, 1)).map(([edge, offset]) => edge + offset) },
  { weight: 3, arbitrary: fc.integer({ min: -10_000, max: 3_700_000 }) },
  { weight: 2, arbitrary: fc.integer({ min: -DAY_MS, max: 32 * DAY_MS }) },
);

const arbitraryName = (prefix: string, count: number) => fc.integer({ min: 1, max: count }).map((number) => `${prefix}-${number}`);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 8 });

const arbitraryDimensions = fc
  .record({
    client: maybe(arbitraryName("party", 2)),
    dest: maybe(arbitraryName("party", 3)),
    device: maybe(arbitraryName("device", 3)),
    ip: maybe(arbitraryName("198.51.100", 3)),
    card: maybe(arbitraryName("card", 3)),
    email: maybe(arbitraryName("mail", 3)),
    shipping: maybe(arbitraryName("street", 2)),
    city: maybe(arbitraryName("city", 3)),
    merchant_1: maybe(arbitraryName("store", 2)),
  })
  .map((dimensions) => Object.fromEntries(Object.entries(dimensions).filter(([, value]) => value !== undefined)));

const arbitraryKind: fc.Arbitrary<{ type: EventType; transactionType: TransactionType | null; status: EventStatus }> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .constantFrom<TransactionType | null>("PAYMENT", "TRANSFER", null)
      .map((transactionType) => ({ type: "transaction" as const, transactionType, status: "attempted" as const })),
  },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom<EventStatus>("success", "failed")
      .map((status) => ({ type: "login" as const, transactionType: null, status })),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom<EventType>("register", "click", "profile_change")
      .map((type) => ({ type, transactionType: null, status: "success" as const })),
  },
);

const arbitraryEvent = fc
  .tuple(
    arbitraryKind,
    arbitraryDimensions,
    arbitraryAge,
    fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 1_000_000_000 })),
    fc.boolean(),
  )
  .map(
    ([kind, dimensions, age, amount, hasAmount]): Omit<CanonicalEvent, "id"> => ({
      ...kind,
      stage: "",
      occurredAtMs: NOW - age,
      amountMinor: kind.type === "transaction" || hasAmount ? amount : null,
      dimensions,
      latitude: null,
      longitude: null,
      body: {},
    }),
  );

const arbitraryDelivery = fc.record({
  event: arbitraryEvent,
  how: fc.oneof(
    { weight: 4, arbitrary: fc.constant("once" as const) },
    { weight: 3, arbitrary: fc.constantFrom("sent twice" as const, "repeated" as const, "second stage" as const, "settle only" as const) },
  ),
  status: fc.oneof(
    { weight: 3, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constantFrom("blocked" as const, "declined" as const) },
  ),
});

/**
 * Streams with duplicates, retries, late and out-of-order events, equal times and times on window edges.
 * The question is a transaction of its own, sometimes earlier than events that came before it.
 */
export function arbitraryStream(most = 40): fc.Arbitrary<Stream> {
  return fc
    .tuple(fc.array(arbitraryDelivery, { minLength: 1, maxLength: most, size: "max" }), arbitraryEvent)
    .map(([deliveries, question]) => ({
      deliveries: deliveries.map((delivery, index) => ({
        ...delivery,
        status: delivery.event.type === "transaction" ? delivery.status : null,
        event: { ...delivery.event, id: `event-${index}` },
      })),
      question: {
        ...question,
        id: "question",
        occurredAtMs: NOW,
        type: "transaction",
        status: "attempted",
        amountMinor: question.amountMinor ?? 7,
      },
    }));
}

const WINDOWS = ["1s", "1m", "1h", "30d"] as const;

/** Every log operator over several windows, filters, pairs and roles. */
export const DENSE_FEATURES: Readonly<Record<string, unknown>> = Object.fromEntries([
  ...WINDOWS.flatMap((window) => [
    [`count_${window}`, { op: "count", by: "client", window }],
    [`transactions_${window}`, { op: "count", event: "transaction", by: "device", window }],
    [`sum_${window}`, { op: "sum", event: "transaction", by: "client", window }],
    [`avg_${window}`, { op: "avg", event: ["transaction", "click"], by: "ip", window }],
    [`max_${window}`, { op: "max", by: "card", window }],
    [`min_self_${window}`, { op: "min", event: "transaction", by: "client", window, self: true }],
    [`devices_${window}`, { op: "countDistinct", of: "device", by: "client", window }],
    [`clients_per_ip_${window}`, { op: "crossDimensionCount", of: "client", by: "ip", window, self: false }],
    [`failed_${window}`, { op: "count", event: "login", where: { status: "failed" }, by: "client", window }],
    [`declined_${window}`, { op: "count", event: "transaction", where: { status: { in: ["declined", "blocked"] } }, by: "client", window }],
    [`exceeds_${window}`, { op: "velocity", by: "ip", window, threshold: 2 }],
    [`last_${window}`, { op: "lastSeen", event: "login", by: "client", window }],
  ]),
  ["first_seen", { op: "firstSeen", by: "client" }],
  ["first_login", { op: "firstSeen", event: "login", by: "client" }],
  ["first_in_window", { op: "firstSeen", by: "client", window: "1h" }],
  ["first_with_self", { op: "firstSeen", by: "device", self: true }],
  ["last_seen", { op: "lastSeen", by: "device" }],
  ["last_failed", { op: "lastSeen", event: "login", where: { status: "failed" }, by: "client" }],
  ["age_days", { op: "timeSince", since: "first", unit: "1d", type: "count", by: "client" }],
  ["minutes_since", { op: "timeSince", unit: "1m", event: "transaction", by: "card" }],
  ["pair_count", { op: "count", event: "transaction", by: ["client", "dest"], window: "30d" }],
  ["pair_sum", { op: "sum", event: "transaction", by: ["client", "city"], window: "30d", self: false }],
  ["pair_last", { op: "lastSeen", by: ["device", "merchant_1"] }],
  ["received", { op: "sum", event: "transaction", by: "client", as: "dest", window: "30d" }],
  ["paid_by_recipient", { op: "count", event: "transaction", by: "dest", as: "client", window: "30d" }],
  [
    "large_transfers",
    { op: "count", where: { all: [{ transaction_type: "TRANSFER" }, { amount: { gte: 1000 } }] }, by: "client", window: "30d" },
  ],
  ["not_payments", { op: "count", where: { transaction_type: { ne: "PAYMENT" } }, by: "client", window: "30d" }],
  ["not_a_transfer", { op: "count", where: { not: { transaction_type: "TRANSFER" } }, by: "ip", window: "30d" }],
  [
    "at_night_or_abroad",
    { op: "count", where: { any: [{ hour: { between: [0, 5] } }, { city: { ne: "city-1" } }] }, by: "client", window: "30d" },
  ],
  ["homeless", { op: "count", where: { city: { exists: false } }, by: "client", window: "30d" }],
  ["on_weekdays", { op: "sum", where: { weekday: { lte: 5 }, dest: { in: ["party-1", "party-2"] } }, by: "client", window: "30d" }],
  ["mean_of_large", { op: "avg", event: "transaction", where: { amount: { gte: 10 } }, by: "client", window: "30d" }],
  ["mails_per_card", { op: "crossDimensionCount", of: "email", by: "card", window: "7d" }],
  ["to_shipping", { op: "countDistinct", of: "client", event: "transaction", by: "shipping", window: "7d" }],
]);
