import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createCaseSource } from "../../src/adapters/postgres/backtest-cases.ts";
import { createBacktestStore } from "../../src/adapters/postgres/backtest-store.ts";
import { createManifestStore } from "../../src/adapters/postgres/manifest-store.ts";
import { createRedecider } from "../../src/core/backtest/redecide.ts";
import { resultOf } from "../../src/core/backtest/result.ts";
import { addToTally, emptyTally } from "../../src/core/backtest/tally.ts";
import { ok } from "../../src/core/result.ts";
import { resumeBacktests } from "../../src/pipeline/backtest/resume-backtests.ts";
import { runBacktest } from "../../src/pipeline/backtest/run-backtest.ts";
import type { Services } from "../../src/pipeline/services.ts";
import type { CaseSource } from "../../src/ports/backtest.ts";
import type { RecordEntry } from "../../src/ports/records.ts";
import { aRule, configOf, FEATURES, sourcesOf, TEST_OPTIONS } from "../core/backtest/cases.ts";
import { commitChange } from "../support/records/commit-change.ts";
import { aPast, BUDGET_MS, FEATURES_HASH, PERIOD, pasts, readAll, recordAll } from "../support/records/past-decisions.ts";
import { DAY_MS, NOON } from "../support/records/record-builder.ts";
import { createTestDatabase, expectValue, type TestDatabase } from "../support/records/test-database.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
  await db.rows("insert into contents (hash, kind, text) values ($1, 'features', $2)", [FEATURES_HASH, JSON.stringify(FEATURES)]);
});
afterAll(() => db.close());
beforeEach(() => db.rows("truncate events, event_ids, decisions, decision_ids, daily_counters, labels, backtests"));

const record = (entries: readonly RecordEntry[]) => recordAll(db, entries);
const labelled = (count: number) =>
  db.rows(
    `insert into labels (decision_id, label, source, labelled_by, labelled_at)
     select 'decision of t' || n || ' ', (array['fraud', 'legitimate', 'chargeback'])[1 + n % 3], 'test', 'test', $1::timestamptz from generate_series(0, $2) n where n % 4 <> 0
     union all select 'decision of t' || n || ' ', 'legitimate', 'test', 'test', $1::timestamptz + interval '1 hour' from generate_series(0, $2) n where n % 20 = 1`,
    [new Date(NOON), count - 1],
  );

const LATEST_LABELS = "select distinct on (decision_id) decision_id, label from labels order by decision_id, labelled_at desc, id desc";
const beforeOf = (n: number): string => (n % 11 === 0 ? "block" : n % 7 === 0 ? "review" : "allow");
/** What PACK makes of the n-th, worked out by hand. */
function afterOf(n: number): string {
  const points = (n % 6 >= 4 ? 60 : 0) + (n % 90 > 50 && n % 13 !== 0 && n % 17 < 9 ? 40 : 0);
  const score = Math.round(1e4 * (1 - (1 - (n % 10) / 20) * (1 - points / 100))) / 100;
  return score >= 70 ? "block" : score >= 50 ? "review" : score >= 30 ? "challenge" : "allow";
}

const PACK = {
  policy: { challengeAt: 30, reviewAt: 50, blockAt: 70 },
  rules: [
    aRule("R1", { client_count_1h: { gte: 4 } }, { score: 60 }),
    aRule("R2", { all: [{ amount: { gt: 50 } }, { client_count_24h: { lt: 9 } }] }, { score: 40 }),
    aRule("R3", { client_count_1h: 0 }, { mode: "shadow" }),
  ],
};

describe("a backtest", () => {
  test("counts what a look at every decision by itself counts, labels included", async () => {
    await record(pasts(2_300));
    await labelled(2_300);
    const id = await start(PACK);
    await runToEnd(id);
    const job = expectValue(await store().byId(id, true, BUDGET_MS));
    expect(job).toMatchObject({ status: "done", done: 2_300, total: 2_300 });
    expect(job?.result).toEqual(await naively(PACK));
    const labels = new Map((await db.rows(LATEST_LABELS)).map(({ decision_id, label }) => [decision_id, label]));
    const cells = new Map<string, number>();
    for (let n = 0; n < 2_300; n++) {
      const cell = [beforeOf(n), afterOf(n), labels.get(`decision of t${n} `) ?? "unlabelled"].join();
      cells.set(cell, (cells.get(cell) ?? 0) + 1);
    }
    const told = job?.result?.outcomes.map(({ before, after, label, count }) => [[before, after, label].join(), count] as const);
    expect(Object.fromEntries(told ?? [])).toEqual(Object.fromEntries(cells));
    expect(job?.result?.labels.unlabelled).toBeGreaterThan(0);
  });

  test("whose runner dies between pages goes on where it was and counts nothing twice", async () => {
    await record(pasts(1_700));
    const id = await start(PACK);
    let pages = 0;
    const dying: CaseSource = {
      ...createCaseSource(db.database),
      page: async (query, budgetMs) => {
        if (++pages % 2 === 0) throw new DyingRunner();
        return createCaseSource(db.database).page(query, budgetMs);
      },
    };
    // A runner that dies takes no leave: its failure is not written down.
    const services = servicesWith(dying, { fail: async () => ok(undefined) });
    for (let run = 0; run < 10; run++) await runBacktest(services, id);
    const job = expectValue(await store().byId(id, true, BUDGET_MS));
    expect(job).toMatchObject({ status: "done", done: 1_700 });
    expect(job?.result).toEqual(await naively(PACK));
    expect(pages).toBeGreaterThan(4);
  });

  test("that two runners work on at once counts every page once", async () => {
    await record(pasts(1_700));
    const id = await start(PACK);
    for (let round = 0; round < 4; round++)
      await Promise.all([runBacktest(servicesWith(), id), runBacktest(servicesWith(), id), runBacktest(servicesWith(), id)]);
    await runToEnd(id);
    const job = expectValue(await store().byId(id, true, BUDGET_MS));
    expect(job?.result?.decisions).toBe(1_700);
    expect(job?.result).toEqual(await naively(PACK));
  });

  test("that is cancelled while a page is under way keeps nothing of it and stays cancelled", async () => {
    await record(pasts(1_200));
    const id = await start(PACK);
    const source = createCaseSource(db.database);
    let pages = 0;
    const cancelling: CaseSource = {
      ...source,
      page: async (query, budgetMs) => {
        if (++pages === 2) await commitChange(db.database, store().cancelling(id, NOON));
        return source.page(query, budgetMs);
      },
    };
    await runBacktest(servicesWith(cancelling), id);
    expect(expectValue(await store().byId(id, true, BUDGET_MS))).toMatchObject({ status: "cancelled", done: 500, result: null });
    await runBacktest(servicesWith(), id);
    expect(expectValue(await store().byId(id, true, BUDGET_MS))).toMatchObject({ status: "cancelled", done: 500 });
    expect(await commitChange(db.database, store().cancelling(id, NOON))).toBe("stale");
  });

  test("takes the newest decisions when it may not take all", async () => {
    await record(pasts(900));
    const id = await start(PACK, { maxDecisions: 620 });
    await runToEnd(id);
    const result = expectValue(await store().byId(id, true, BUDGET_MS))?.result;
    expect(result?.decisions).toBe(620);
    expect(result?.from).toBe(new Date(NOON + Math.floor(280 / 40)).toISOString());
  });

  test("names what the draft reads and the record lacks, with the share of decisions, and decides nothing on it", async () => {
    await record([...pasts(30), aPast(31, { features: "e".repeat(64) })]);
    const features = { ...FEATURES, dest_count_1h: { op: "count", event: "transaction", by: "dest", window: "1h" } };
    const id = await start(
      { rules: [aRule("R1", { not: { dest_count_1h: { gt: 0 } } }, { outcome: { atLeast: "block" } })] },
      { features },
    );
    await runToEnd(id);
    const result = expectValue(await store().byId(id, true, BUDGET_MS))?.result;
    expect(result?.lacking).toEqual([{ feature: "dest_count_1h", decisions: 31, share: 1 }]);
    expect(result).toMatchObject({ undeclared: 1, rules: [{ id: "p/R1", unknown: 31, hits: { after: 0 } }] });
    expect(result?.outcomes.every(({ after }) => after === "allow")).toBe(true);
  });

  test("of a period without decisions is done at once", async () => {
    const id = await start(PACK);
    await runToEnd(id);
    expect(expectValue(await store().byId(id, true, BUDGET_MS))).toMatchObject({ status: "done", total: 0, result: { decisions: 0 } });
  });

  test("that ends its runner again and again is given up, one that fails says so", async () => {
    await record(pasts(3));
    const id = await start(PACK);
    const breaking: CaseSource = { ...createCaseSource(db.database), page: () => Promise.reject(new DyingRunner()) };
    for (let run = 0; run < 7; run++) {
      const lived = expectValue(await store().byId(id, true, BUDGET_MS));
      if (lived?.status === "failed") break;
      await runBacktest(servicesWith(breaking, run < 5 ? { fail: async () => ok(undefined) } : {}), id);
    }
    expect(expectValue(await store().byId(id, true, BUDGET_MS))).toMatchObject({
      status: "failed",
      error: expect.stringContaining("given up"),
    });
    const other = await start(PACK);
    await runBacktest(servicesWith(breaking), other);
    expect(expectValue(await store().byId(other, true, BUDGET_MS))).toMatchObject({
      status: "failed",
      error: expect.stringContaining("our side"),
    });
  });

  test("that lost its message is taken up by the schedule; what is over is not, and is forgotten in time", async () => {
    const [lost, done] = [await start(PACK), await start(PACK)];
    await runToEnd(done);
    const sent: string[] = [];
    const resume = async (nowMs: number) =>
      expectValue(await resumeBacktests({ ...servicesWith(undefined, {}, sent), clock: () => nowMs }));
    await resume(NOON + 59_000);
    expect(sent).toEqual([]);
    await resume(NOON + 61_000);
    expect(sent).toEqual([lost]);
    await resume(NOON + 91 * DAY_MS);
    expect(expectValue(await store().byId(done, true, BUDGET_MS))).toBeNull();
  });
});

class DyingRunner extends Error {}

const store = () => createBacktestStore(db.database);

function servicesWith(
  cases: CaseSource = createCaseSource(db.database),
  changes: Partial<ReturnType<typeof store>> = {},
  sent: string[] = [],
): Pick<Services, "backtests" | "configOptions" | "clock" | "outbox" | "log"> & { readonly config: Services["config"] } {
  const manifests = createManifestStore(db.database);
  return {
    backtests: { store: { ...store(), ...changes }, cases },
    // Of the configuration's stores only the contents are asked.
    config: { manifests } as Services["config"],
    configOptions: TEST_OPTIONS,
    clock: () => NOON,
    log: () => undefined,
    outbox: {
      send: async (message) => {
        if (message.kind === "backtest") sent.push(message.id);
        return ok(undefined);
      },
    },
  };
}

let started = 0;
async function start(pack: Readonly<Record<string, unknown>>, { maxDecisions = 10_000, features = FEATURES } = {}): Promise<string> {
  const id = `backtest-${++started}`;
  const total = expectValue(await createCaseSource(db.database).count(PERIOD, maxDecisions, BUDGET_MS));
  const about = { ...PERIOD, id, maxDecisions, total, message: "", author: "ann", createdAtMs: NOON };
  expect(await commitChange(db.database, store().starting({ ...about, ...sourcesOf(pack, features) }))).toBe("made");
  return id;
}

async function runToEnd(id: string): Promise<void> {
  await expect
    .poll(
      async () => {
        await runBacktest(servicesWith(), id);
        return expectValue(await store().byId(id, true, BUDGET_MS))?.status;
      },
      { timeout: 30_000, interval: 1 },
    )
    .toBe("done");
}

/** All decisions in one page, none of the job's machinery. */
async function naively(pack: Readonly<Record<string, unknown>>) {
  const config = configOf(pack);
  const redecider = createRedecider(config, TEST_OPTIONS);
  redecider.learn(FEATURES_HASH, config.catalogue);
  const tally = emptyTally();
  for (const one of await readAll(createCaseSource(db.database), 10_000)) addToTally(tally, one, redecider.redecide(one));
  return resultOf(tally, { rules: config.ruleset.rules, currencyExponent: 2, cpu: null });
}
