import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createMaintenance } from "../../src/adapters/postgres/maintenance.ts";
import { createRecordStore } from "../../src/adapters/postgres/record-store.ts";
import { type LoginPattern, loginPattern } from "../../src/core/behaviour/login-pattern.ts";
import type { RecordEntry } from "../../src/ports/records.ts";
import { anEntry, anEvent, DAY_MS, NOON } from "../support/records/record-builder.ts";
import { createTestDatabase, expectValue, type TestDatabase } from "../support/records/test-database.ts";

const BUDGET_MS = 20_000;
let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());
beforeEach(() => db.rows("truncate events, event_ids, behavioral_patterns"));

let ids = 0;
const aLogin = (client: string, occurredAtMs: number): RecordEntry =>
  anEntry(
    anEvent({
      id: `l${ids++}`,
      type: "login",
      transactionType: null,
      status: "success",
      amountMinor: null,
      occurredAtMs,
      dimensions: { client },
    }),
  );
const record = async (entries: readonly RecordEntry[], livemode = true) =>
  expectValue(
    await createRecordStore(db.database, { code: "EUR", exponent: 2 }).record(
      entries.map((entry) => ({ ...entry, livemode })),
      BUDGET_MS,
    ),
  );
const update = async (nowMs = NOON) => expectValue(await createMaintenance(db.database, "UTC").updateBehaviouralPatterns(nowMs, BUDGET_MS));

const PATTERN = `avg_login_interval as "avgLoginInterval", std_login_interval as "stdLoginInterval", var_login_interval as "varLoginInterval",
  coef_variation_login_interval as "coefVariationLoginInterval", fano_factor_login_interval as "fanoFactorLoginInterval",
  zscore_avg_login_interval_7d as "zscoreAvgLoginInterval7d", is_outlier_flag as "isOutlierFlag",
  login_frequency_7d as "loginFrequency7d", login_frequency_30d as "loginFrequency30d"`;
const patterns = async (livemode = true) =>
  new Map(
    (await db.rows(`select client_id, ${PATTERN} from behavioral_patterns where livemode = $1`, [livemode])).map(
      ({ client_id, ...pattern }) => [client_id, pattern],
    ),
  );

/** Equal but for rounding: numbers to nine digits of the larger. */
function expectClose(actual: Record<string, unknown> | undefined, expected: LoginPattern): void {
  expect(Object.keys(actual ?? {}).sort()).toEqual(Object.keys(expected).sort());
  for (const [name, value] of Object.entries(expected)) {
    const found = actual?.[name];
    if (typeof value !== "number" || typeof found !== "number") expect(found, name).toBe(value);
    else expect(Math.abs(found - value), `${name}: ${found} ≠ ${value}`).toBeLessThanOrEqual(1e-9 * Math.max(1e-6, Math.abs(value)));
  }
}

test("the batch says what the pure formulas say, for random histories of many clients", async () => {
  const minute = 60_000;
  // Multiples of a minute give equal times and equal intervals; ages beyond 30 days and beyond now stay outside.
  const history = fc.array(fc.integer({ min: -100, max: 32 * 24 * 60 }), { maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(fc.array(history, { minLength: 1, maxLength: 12 }), async (clients) => {
      await db.rows("truncate events, event_ids, behavioral_patterns");
      const times = clients.map((ages) => ages.map((age) => NOON - age * minute));
      await record(times.flatMap((logins, i) => logins.map((at) => aLogin(`c${i}`, at))));
      await update();
      const found = await patterns();
      times.forEach((logins, i) => {
        const expected = loginPattern(logins, NOON);
        if (expected === null) expect(found.has(`c${i}`)).toBe(false);
        else expectClose(found.get(`c${i}`), expected);
      });
    }),
    { numRuns: 25 },
  );
});

test("a later run replaces the row, and a client without logins in 30 days loses it", async () => {
  await record([aLogin("stays", NOON), aLogin("goes", NOON - 29 * DAY_MS)]);
  await update();
  expect([...(await patterns()).keys()].sort()).toEqual(["goes", "stays"]);
  await record([aLogin("stays", NOON + DAY_MS)]);
  await update(NOON + 2 * DAY_MS);
  const after = await patterns();
  expect([...after.keys()]).toEqual(["stays"]);
  expect(after.get("stays")).toMatchObject({ avgLoginInterval: 24, loginFrequency30d: 2 });
});

test("worlds, other events and logins without a client do not mix", async () => {
  const noClient = anEntry(anEvent({ id: "anonymous", type: "login", dimensions: {} }));
  await record([aLogin("c", NOON - 3_600_000), aLogin("c", NOON), anEntry(anEvent({ id: "tx", dimensions: { client: "c" } })), noClient]);
  await record([aLogin("c", NOON)], false);
  await update();
  expect((await patterns()).get("c")).toMatchObject({ loginFrequency30d: 2, avgLoginInterval: 1 });
  expect((await patterns(false)).get("c")).toMatchObject({ loginFrequency30d: 1, avgLoginInterval: null });
});
