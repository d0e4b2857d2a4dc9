import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createTrafficSource } from "../../src/adapters/postgres/traffic.ts";
import type { TrafficProbe } from "../../src/core/triggers/traffic-event.ts";
import type { TrafficSource } from "../../src/ports/traffic.ts";
import { createTestDatabase, expectValue, type TestDatabase } from "../support/records/test-database.ts";

const BUDGET_MS = 20_000;
const NOON = Date.parse("2026-11-20T12:00:00Z");
let db: TestDatabase;
let traffic: TrafficSource;
beforeAll(async () => {
  db = await createTestDatabase();
  traffic = createTrafficSource(db.database);
});
afterAll(() => db.close());
beforeEach(() => db.rows("truncate events, traffic_slots, fraud_reports"));

interface Seen {
  readonly id: string;
  readonly atMs: number;
  readonly type?: string;
  readonly ip?: string | null;
  readonly device?: string | null;
  readonly livemode?: boolean;
  readonly body?: object;
}
const insert = (events: readonly Seen[]) =>
  db.rows(
    `insert into events (livemode, id, occurred_at, received_at, stage, type, status, currency, currency_exponent, ip_key, device_id, body_hash, velocity_pending, body)
      select livemode, id, to_timestamp(at_ms / 1000.0), now(), '', type, 'success', 'EUR', 2, ip, device, '', false, body
      from jsonb_to_recordset($1::jsonb) as e(livemode boolean, id text, at_ms float8, type text, ip text, device text, body jsonb)`,
    [
      JSON.stringify(
        events.map(({ atMs, type = "click", ip = "192.0.2.1", device = null, livemode = true, body = {}, id }) => ({
          ...{ id, at_ms: atMs, type, ip, device, livemode, body },
        })),
      ),
    ],
  );
const aProbe = (changes: Partial<TrafficProbe> = {}): TrafficProbe => ({
  ...{ livemode: true, kind: "ip", value: "192.0.2.1", types: ["click"], sinceMs: NOON - 60_000, untilMs: NOON, ...changes },
});
const look = async (probes: readonly TrafficProbe[], limit = 500) =>
  expectValue(await traffic.around(probes, limit, BUDGET_MS)).map((events) => events.map(({ id }) => id).toSorted());

describe("a look around", () => {
  test("gives the entity's events of the asked types in (since, until], of its own world", async () => {
    await insert([
      { id: "before", atMs: NOON - 60_000 },
      { id: "first", atMs: NOON - 59_999 },
      { id: "last", atMs: NOON },
      { id: "after", atMs: NOON + 1 },
      { id: "another type", atMs: NOON, type: "login" },
      { id: "a transaction", atMs: NOON, type: "transaction" },
      { id: "another address", atMs: NOON, ip: "192.0.2.2" },
      { id: "the other world", atMs: NOON, livemode: false },
    ]);
    const probes = [aProbe(), aProbe({ types: ["click", "login"] }), aProbe({ livemode: false }), aProbe({ value: "192.0.2.9" })];
    expect(await look(probes)).toEqual([["first", "last"], ["another type", "first", "last"], ["the other world"], []]);
  });

  test("asks about addresses, devices and clients at once, and gives what triggers see", async () => {
    await insert([{ id: "one", atMs: NOON, ip: "2001:db8::/64", device: "d'1", body: { attributes: { impressions: 12 } } }]);
    const probes = [aProbe({ kind: "device", value: "d'1" }), aProbe({ kind: "client", value: "c" }), aProbe({ value: "2001:db8::/64" })];
    const [byDevice, byClient, byAddress] = expectValue(await traffic.around(probes, 500, BUDGET_MS));
    const seen = {
      id: "one",
      type: "click",
      status: "success",
      atMs: NOON,
      client: null,
      device: "d'1",
      ip: "2001:db8::/64",
      email: null,
      impressions: 12,
    };
    expect([byDevice, byClient, byAddress]).toEqual([[seen], [], [seen]]);
  });

  test("reads impressions that are numbers and no others", async () => {
    await insert(["12", null, { n: 1 }, [3]].map((impressions, n) => ({ id: `${n}`, atMs: NOON, body: { attributes: { impressions } } })));
    const [events = []] = expectValue(await traffic.around([aProbe()], 500, BUDGET_MS));
    expect(events.map(({ impressions }) => impressions)).toEqual([null, null, null, null]);
  });

  test("gives the newest where there are too many", async () => {
    await insert(Array.from({ length: 20 }, (_, n) => ({ id: `e${String(n).padStart(2, "0")}`, atMs: NOON - n })));
    expect(await look([aProbe()], 3)).toEqual([["e00", "e01", "e02"]]);
  });

  test("asks nothing about nobody", async () => expect(await look([])).toEqual([]));
});

describe("counts of windows", () => {
  const slot = (kind: string, count: number, atMs: number, livemode = true) =>
    db.rows("insert into traffic_slots (livemode, kind, slot, count) values ($1, $2, to_timestamp($3), $4)", [
      livemode,
      kind,
      atMs / 1_000,
      count,
    ]);
  const hour = { fromMs: NOON - 3_600_000, untilMs: NOON };

  test("are sums by kind over [from, until), in the order asked, with reports, of one world", async () => {
    await slot("click", 5, NOON - 3_600_000);
    await slot("click", 7, NOON - 300_000);
    await slot("login", 1, NOON - 300_000);
    await slot("click", 100, NOON);
    await slot("click", 1_000, NOON - 300_000, false);
    await db.rows(`insert into fraud_reports (id, livemode, dedup_key, type, severity, origin, description, opened_at, last_found_at, findings)
      values ('r', true, 'r', 'ip_fraud', 'low', 'hand', 'x', '2026-11-20T11:59:00Z', now(), 1)`);
    const windows = [{ fromMs: NOON, untilMs: NOON + 300_000 }, hour, { fromMs: 0, untilMs: 1 }];
    expect(expectValue(await traffic.count("live", windows, BUDGET_MS))).toEqual({
      counts: [{ click: 100 }, { click: 12, login: 1, report: 1 }, {}],
      sinceMs: NOON - 3_600_000,
    });
    expect(expectValue(await traffic.count("test", [hour], BUDGET_MS)).counts).toEqual([{ click: 1_000 }]);
  });

  test("of a world where nothing was counted have no beginning", async () => {
    expect(expectValue(await traffic.count("live", [hour], BUDGET_MS))).toEqual({ counts: [{}], sinceMs: null });
  });

  test("are forgotten before a time", async () => {
    await slot("click", 5, NOON - 300_000);
    await slot("click", 6, NOON);
    expectValue(await traffic.forget(NOON, BUDGET_MS));
    expect(await db.rows("select count from traffic_slots")).toEqual([{ count: 6 }]);
  });
});
