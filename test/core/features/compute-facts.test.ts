import { expect, test } from "vitest";
import { aLogin, aTransaction, NOON } from "../../support/builders/events.ts";
import { DECLARED, factsOf, logsFor, planOf } from "../../support/facts.ts";

const plan = planOf(DECLARED);
const HOUR_MS = 3_600_000;
const known = { asOfMs: NOON - HOUR_MS, values: {}, dests: {}, destsComplete: true, profile: null, behaviour: null };
const paying = (dest: string) => aTransaction({ dimensions: { dest } });

test("fields are read in inside units, folded, and absent when they are of another type", () => {
  const { values } = factsOf(
    plan,
    aTransaction({
      transactionType: "CASH_OUT",
      body: {
        email: "Who@Mail.Example",
        card: { country: "dk", bin: "457173" },
        billing: { country: 7 },
        ip_address: "2001:DB8::1",
        oldbalanceOrg: 120.5,
        newbalanceOrig: 70.5,
        attributes: {},
      },
    }),
  );
  expect(values).toMatchObject({
    amount: 5_000,
    transaction_type: "cash_out",
    email: "who@mail.example",
    email_domain: "mail.example",
    card_country: "DK",
    card_bin: "457173",
    billing_country: null,
    ip: "2001:db8::1",
    origin_balance_before: 12_050,
    amount_to_origin_balance: 5_000 / 12_050,
    origin_balance_gap: 0,
    amount_minus_origin_balance: 7_050,
    dest_balance_gap: null,
    hour: 12,
    weekday: 5,
  });
});

test("inherited names of a body are not fields", () => {
  const inherits = planOf({
    a: { op: "field", path: "attributes.constructor", type: "text" },
    b: { op: "field", path: "attributes.__proto__", type: "text" },
  });
  expect(factsOf(inherits, aTransaction({ body: { attributes: {} } })).values).toEqual({ a: null, b: null });
});

test("a throw-away e-mail domain is known, also below one that is listed", () => {
  const of = (email: string) => factsOf(plan, aTransaction({ body: { email } })).values.email_domain_is_disposable;
  expect([of("a@mailinator.com"), of("a@deep.mailinator.com"), of("a@example.org")]).toEqual([true, true, false]);
  expect(factsOf(plan, aTransaction()).values.email_domain_is_disposable).toBeNull();
});

test("the history of an entity that was not sent is absent, that of a new one is zero", () => {
  const guest = factsOf(plan, aTransaction({ dimensions: { client: undefined } }));
  expect(guest.values).toMatchObject({
    transaction_count_1h: null,
    account_age_days: null,
    amount_mean_30d: 5_000,
    is_new_destination: null,
  });
  const fresh = factsOf(plan, aTransaction());
  expect(fresh.values).toMatchObject({
    transaction_count_1h: 1,
    login_count_1h: 0,
    account_first_seen: null,
    amount_max_30d: null,
    transaction_count_30d: 0,
  });
  expect(fresh.missing).toEqual([]);
});

test("without the logs everything they feed is missing, and nothing else", () => {
  const { values, missing } = factsOf(plan, aTransaction(), { logs: undefined, roles: undefined });
  expect(missing).toEqual(["log"]);
  expect(values.transaction_count_1h).toBeUndefined();
  expect(values.declined_ratio_by_ip_1h).toBeUndefined();
  expect(values.speed_kmh_since_last).toBeNull();
  expect(values.cards_per_device_24h).toBeUndefined();
  expect(values.card_count_10m).toBeNull();
  expect(values.amount).toBe(5_000);
});

test("without Postgres its aggregates are missing: a default is for what is absent", () => {
  const { values, missing } = factsOf(plan, paying("d"), { client: undefined, dest: undefined });
  expect(missing).toEqual(["profile", "postgres"]);
  for (const name of ["amount_mean_30d", "amount_vs_median", "night_share_30d", "is_new_destination", "dest_is_mule", "login_is_outlier"])
    expect({ [name]: values[name] }).toEqual({ [name]: undefined });
});

test("a client without history has the amount itself as mean and median", () => {
  const { values } = factsOf(plan, aTransaction(), {
    client: { ...known, values: { amount_mean_30d: null, amount_median_30d: null, night_share_30d: null } },
  });
  expect(values).toMatchObject({ amount_mean_30d: 5_000, amount_median_30d: 5_000, amount_vs_median: 1, night_share_30d: null });
});

test("aggregates carry the time they were computed, and pass it on", () => {
  const { marks } = factsOf(plan, aTransaction(), { client: { ...known, values: { amount_median_30d: 1_000 } } });
  expect(marks.amount_median_30d).toEqual({ asOfMs: NOON - HOUR_MS });
  expect(marks.amount_vs_median).toEqual({ asOfMs: NOON - HOUR_MS });
});

test("an aggregate declared after the cached ones were computed is missing, not zero", () => {
  const { values, missing } = factsOf(plan, aTransaction(), { client: { ...known, values: { amount_mean_30d: 5 } } });
  expect(values.amount_mean_30d).toBe(5);
  expect(values.transaction_count_30d).toBeUndefined();
  expect(missing).toContain("postgres");
});

test("a count from Postgres takes in the event being decided when it is declared to", () => {
  const both = planOf({
    with_self: { op: "count", event: "transaction", by: "client", window: "30d", source: "postgres" },
    without: { op: "count", event: "transaction", by: "client", window: "30d", source: "postgres", self: false },
    sum: { op: "sum", event: "transaction", where: { amount: { gte: 100 } }, by: "client", window: "30d", source: "postgres" },
  });
  const client = { ...known, values: { with_self: 7, without: 7, sum: 10 } };
  expect(factsOf(both, aTransaction(), { client }).values).toEqual({ with_self: 8, without: 7, sum: 10 });
  expect(factsOf(both, aTransaction({ amountMinor: 20_000 }), { client }).values).toEqual({ with_self: 8, without: 7, sum: 20_010 });
  expect(factsOf(both, aTransaction(), { client, self: false }).values).toEqual({ with_self: 7, without: 7, sum: 10 });
  expect(factsOf(both, aLogin(), { client }).values).toEqual({ with_self: 7, without: 7, sum: 10 });
});

test("a destination that is not in a complete list is new", () => {
  const { values } = factsOf(plan, paying("new"), {
    client: { ...known, dests: { old: { count: 3, totalMinor: 300, lastMs: NOON - 2 * HOUR_MS } } },
  });
  expect(values).toMatchObject({
    is_new_destination: true,
    dest_count_before: 0,
    dest_total_before: 0,
    dest_avg_before: null,
    dest_last_at: null,
    hours_since_last_to_dest: null,
  });
});

test("a listed destination is known, and what the log has since is added", () => {
  const event = paying("old");
  const client = { ...known, dests: { old: { count: 3, totalMinor: 300, lastMs: NOON - 2 * HOUR_MS } } };
  const since = aTransaction({ occurredAtMs: NOON - HOUR_MS / 2, amountMinor: 100, dimensions: { dest: "old" } });
  const before = aTransaction({ occurredAtMs: NOON - 3 * HOUR_MS, amountMinor: 100, dimensions: { dest: "old" } });
  const { values } = factsOf(plan, event, { client, logs: logsFor(event, [before, since]) });
  expect(values).toMatchObject({
    is_new_destination: false,
    dest_count_before: 4,
    dest_total_before: 400,
    dest_avg_before: 100,
    hours_since_last_to_dest: 0.5,
  });
});

test("the log tells of a destination that is still on its way to Postgres", () => {
  const event = paying("fresh");
  const before = aTransaction({ occurredAtMs: NOON - 2 * HOUR_MS, dimensions: { dest: "fresh" } });
  const { values } = factsOf(plan, event, { client: known, logs: logsFor(event, [before]) });
  expect(values).toMatchObject({ is_new_destination: false, dest_count_before: 1, hours_since_last_to_dest: 2 });
});

test("a blocked attempt counts, and is left out of what was paid on average", () => {
  const event = paying("fresh");
  const paid = aTransaction({ occurredAtMs: NOON - 2 * HOUR_MS, amountMinor: 100, dimensions: { dest: "fresh" } });
  const blocked = aTransaction({ occurredAtMs: NOON - HOUR_MS, amountMinor: 900, status: "blocked", dimensions: { dest: "fresh" } });
  const { values } = factsOf(plan, event, { client: known, logs: logsFor(event, [paid, blocked]) });
  expect(values).toMatchObject({ dest_count_before: 2, dest_total_before: 100, dest_avg_before: 100 });
});

test("a destination that an incomplete list does not tell about is missing", () => {
  const { values, missing } = factsOf(plan, paying("who"), { client: { ...known, destsComplete: false } });
  expect(values.is_new_destination).toBeUndefined();
  expect(missing).toContain("postgres");
});

test("distance and speed are those from the previous place", () => {
  const berlin = { latitude: 52.52, longitude: 13.405 };
  const event = aTransaction({ ...berlin });
  const before = [
    aLogin({ occurredAtMs: NOON - 2 * HOUR_MS, latitude: 48.8566, longitude: 2.3522 }),
    aLogin({ occurredAtMs: NOON - HOUR_MS }),
    aLogin({ occurredAtMs: NOON + HOUR_MS, latitude: 0, longitude: 0 }),
  ];
  const { values } = factsOf(plan, event, { logs: logsFor(event, before) });
  expect(values.distance_km_since_last).toBeCloseTo(877.5, 0);
  expect(values.speed_kmh_since_last).toBeCloseTo(438.7, 0);
  expect(factsOf(plan, aTransaction(), { logs: logsFor(event, before) }).values.distance_km_since_last).toBeNull();
});

test("profiles, stored features and behaviour are looked up, typed and never coerced", () => {
  const looks = planOf({
    tier: { op: "profileLookup", field: "tier", type: "text", default: "basic" },
    limit: { op: "profileLookup", field: "limit", type: "money" },
    score: { op: "featureStoreLookup", by: "device", key: "score", type: "ratio" },
    emulator: { op: "featureStoreLookup", by: "device", key: "emulator", type: "boolean" },
    zscore: { op: "behaviour", column: "zscore_avg_login_interval_7d", type: "ratio" },
  });
  const client = { ...known, profile: { tier: "Gold", limit: 99.5 }, behaviour: { zscore_avg_login_interval_7d: 2.5 } };
  const store = { device: '{"score":7.5,"emulator":"yes"}' };
  expect(factsOf(looks, aTransaction(), { client, store }).values).toEqual({
    tier: "gold",
    limit: 9_950,
    score: 7.5,
    emulator: null,
    zscore: 2.5,
  });
  expect(factsOf(looks, aTransaction(), { client: known }).values).toEqual({
    tier: "basic",
    limit: null,
    score: null,
    emulator: null,
    zscore: null,
  });
  const down = factsOf(looks, aTransaction(), { client: undefined, store: undefined });
  expect(down.values).toEqual({ tier: undefined, limit: undefined, score: undefined, emulator: undefined, zscore: undefined });
  expect([...down.missing].sort()).toEqual(["postgres", "profile", "store"]);
  expect(factsOf(looks, aTransaction(), { store: { device: "not json" } }).values.score).toBeNull();
});

test("arithmetic goes left to right; a division by zero is absent", () => {
  const maths = planOf({
    a: { op: "field", path: "attributes.a", type: "ratio" },
    b: { op: "field", path: "attributes.b", type: "ratio" },
    sum: { op: "add", of: ["a", "b", 1] },
    difference: { op: "subtract", of: ["a", "b", 1] },
    product: { op: "multiply", of: ["a", "b"] },
    quotient: { op: "divide", of: ["a", "b"] },
    rest: { op: "mod", of: ["a", "b"] },
    size: { op: "abs", of: "difference" },
    same: { op: "compare", left: "a", eq: "b" },
  });
  const of = (a: unknown, b: unknown) => factsOf(maths, aTransaction({ body: { attributes: { a, b } } })).values;
  expect(of(7, 3)).toEqual({ a: 7, b: 3, sum: 11, difference: 3, product: 21, quotient: 7 / 3, rest: 1, size: 3, same: false });
  expect(of(-7, 3)).toMatchObject({ rest: 2, size: 11 });
  expect(of(7, 0)).toMatchObject({ quotient: null, rest: null, product: 0 });
  expect(of(1e308, 1e308)).toMatchObject({ sum: null, product: null });
  expect(of(7, undefined)).toMatchObject({ sum: null, quotient: null, same: null });
});

test("hours and weekdays are those of the zone, across a change of the clocks", () => {
  const clocks = planOf(
    { berlin: { op: "calendar", part: "hour" }, tokyo: { op: "calendar", part: "weekday", zone: "Asia/Tokyo" } },
    { timeZone: "Europe/Berlin" },
  );
  const at = (iso: string) => factsOf(clocks, aTransaction({ occurredAtMs: Date.parse(iso) })).values;
  expect(at("2026-10-25T00:30:00Z")).toEqual({ berlin: 2, tokyo: 7 });
  expect(at("2026-10-25T01:30:00Z")).toEqual({ berlin: 2, tokyo: 7 });
  expect(at("2026-10-25T15:30:00Z")).toEqual({ berlin: 16, tokyo: 1 });
});

test("an event on a window's edge is outside, one at the event's own time is inside", () => {
  const edges = planOf({ seen: { op: "count", event: "login", by: "client", window: "1h" } });
  const event = aTransaction();
  const seen = (ageMs: number) => factsOf(edges, event, { logs: logsFor(event, [aLogin({ occurredAtMs: NOON - ageMs })]) }).values.seen;
  expect([seen(HOUR_MS), seen(HOUR_MS - 1), seen(0), seen(-1)]).toEqual([0, 1, 1, 0]);
});

test("a call that leaves itself out is in no window", () => {
  const { values } = factsOf(plan, aTransaction(), { self: false });
  expect(values).toMatchObject({ transaction_count_1h: 0, transaction_sum_24h: 0, unique_devices_7d: 0, ip_event_count_1h: 0 });
});

test("damaged logs are no history", () => {
  for (const log of ["", "x", "9".repeat(500), "1", "1".repeat(300)]) {
    const { values } = factsOf(plan, aTransaction(), { logs: { client: log, ip: log, device: log } });
    expect(values.amount).toBe(5_000);
  }
});
