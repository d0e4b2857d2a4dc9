import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { CompiledConfig } from "../../../src/core/config/compile.ts";
import { compileFiles, localOptions } from "../../../src/tools/backtest/compile-files.ts";
import { loadLocalModel } from "../../../src/tools/backtest/local-model.ts";
import { type CsvBacktest, runCsvBacktest } from "../../../src/tools/backtest/run-csv-backtest.ts";
import { defaultRuleset } from "../../../src/tools/local/seed-ruleset.ts";
import { aRule } from "../../core/backtest/cases.ts";
import { NOON } from "../../support/records/record-builder.ts";

const OPTIONS = localOptions({ currency: "EUR", timeZone: "UTC" });
const FEATURES = {
  amount: { op: "field", path: "amount", type: "money" },
  paid_to_1h: { op: "count", event: "transaction", by: "dest", window: "1h" },
  sum_to_30d: { op: "sum", event: "transaction", by: "dest", window: "30d", source: "postgres", self: false },
  known_dest: { op: "count", event: "transaction", by: ["client", "dest"], source: "postgres", self: false },
  median_30d: { op: "median", event: "transaction", by: "client", window: "30d", source: "postgres" },
  tier: { op: "profileLookup", field: "tier", type: "text" },
};
const folder = mkdtempSync(join(tmpdir(), "tollgate-csv-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Row {
  readonly from?: string;
  readonly to?: string;
  readonly amount?: number;
  readonly isFraud?: boolean;
}
let files = 0;
/** One row a line, all in one hour. */
function aFile(rows: readonly Row[]): string {
  const path = join(folder, `${++files}.csv`);
  const lines = rows.map(({ from = "c1", to = "d1", amount = 100, isFraud = false }) =>
    [1, "TRANSFER", amount, from, 500, 0, to, 0, 0, isFraud ? 1 : 0, 0].join(),
  );
  const header = "step,type,amount,nameOrig,oldbalanceOrg,newbalanceOrig,nameDest,oldbalanceDest,newbalanceDest,isFraud,isFlaggedFraud";
  writeFileSync(path, [header, ...lines].join("\n"));
  return path;
}
function compile(rules: readonly unknown[], features: unknown = FEATURES): CompiledConfig {
  const compiled = compileFiles(
    { files: [{ name: "p.json", text: JSON.stringify({ name: "p", rules }) }], features: JSON.stringify(features) },
    OPTIONS,
  );
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
  return compiled.value;
}
const run = (rows: readonly Row[], rules: readonly unknown[], changes: Partial<CsvBacktest> = {}) =>
  runCsvBacktest({
    file: aFile(rows),
    limit: Number.POSITIVE_INFINITY,
    draft: compile(rules),
    baseline: null,
    options: OPTIONS,
    currency: "EUR",
    score: null,
    endMs: NOON,
    onProgress: () => undefined,
    signal: new AbortController().signal,
    ...changes,
  });
const many = (count: number, row: Row = {}): Row[] => Array.from({ length: count }, () => row);
const block = { outcome: { atLeast: "block" } };

test("every event sees those before it, and labels are the file's", async () => {
  const rows = [...many(4), ...many(3, { to: "d2", isFraud: true })];
  const { result, leftOut } = await run(rows, [aRule("R1", { paid_to_1h: { gte: 3 } }, block)]);
  expect(result).toMatchObject({ decisions: 7, labels: { fraud: 3, legitimate: 4 }, before: null });
  expect(result.rules[0]).toMatchObject({ hits: { before: 0, after: 3 }, gained: { by_label: { fraud: 1, legitimate: 2 }, amount: 300 } });
  expect(leftOut).toBe(0);
});

test("what the service asks Postgres for is read from whole logs where logs can tell", async () => {
  const rows = [{ amount: 10 }, { amount: 20 }, { amount: 30, from: "c2" }, { amount: 40 }];
  const { result, unavailable } = await run(rows, [
    aRule("R1", { sum_to_30d: 60 }),
    aRule("R2", { known_dest: 0 }),
    aRule("R3", { known_dest: 2 }),
  ]);
  const hits = Object.fromEntries(result.rules.map(({ id, hits: { after } }) => [id, after]));
  expect(hits).toEqual({ "p/R1": 1, "p/R2": 2, "p/R3": 1 });
  expect(result.lacking).toEqual([]);
  expect(unavailable).toEqual(["median_30d", "tier"]);
});

test("what only the service's stores could tell is missing and named, never none", async () => {
  const { result } = await run(many(5), [aRule("R1", { not: { median_30d: { gt: 1 } } }, block), aRule("R2", { tier: { ne: "gold" } })]);
  expect(result.lacking).toEqual([
    { feature: "median_30d", decisions: 5, share: 1 },
    { feature: "tier", decisions: 5, share: 1 },
  ]);
  expect(result.rules).toMatchObject([
    { id: "p/R1", unknown: 5, hits: { after: 0 } },
    { id: "p/R2", unknown: 5, hits: { after: 0 } },
  ]);
});

test("a baseline is what happened: its blocks count in no sum, and the draft is compared with it", async () => {
  const baseline = compile([aRule("R1", { paid_to_1h: { gte: 2 } }, block)]);
  const summing = [aRule("S1", { sum_to_30d: { gte: 200 } }, block)];
  const alone = await run(many(4), summing);
  expect(alone.result.rules[0]).toMatchObject({ id: "p/S1", hits: { after: 2 } });
  const { result } = await run(many(4), summing, { baseline });
  expect(result.rules).toMatchObject([
    { id: "p/R1", mode: null, hits: { before: 3, after: 0 }, lost: { count: 3 } },
    { id: "p/S1", hits: { before: 0, after: 0 } },
  ]);
  expect(result.outcomes).toMatchObject([
    { before: "allow", after: "allow", count: 1 },
    { before: "block", after: "allow", count: 3 },
  ]);
  expect(result.cpu).toMatchObject({ draft_us: expect.any(Number), live_us: expect.any(Number) });
});

test("draft and baseline may declare different features", async () => {
  const baseline = compile([aRule("R1", { big: true }, block)], {
    ...FEATURES,
    big: { op: "compare", left: "amount", gt: 50 },
  });
  const { result } = await run([{ amount: 10 }, { amount: 90 }], [], { baseline });
  expect(result.rules).toMatchObject([{ id: "p/R1", hits: { before: 1, after: 0 } }]);
});

test("amounts that the API refuses are left out, and a stop keeps what was counted", async () => {
  const stop = new AbortController();
  const seen: number[] = [];
  const report = await run([{ amount: 0 }, ...many(9)], [], {
    signal: stop.signal,
    onProgress: (done, total) => {
      seen.push(total);
      if (done === 5) stop.abort();
    },
  });
  expect(report).toMatchObject({ leftOut: 1, isStopped: true, result: { decisions: 4 } });
  expect(seen).toEqual([10, 10, 10, 10, 10]);
});

test("the default packs with the model of the repository decide a file", async () => {
  const compiled = compileFiles(defaultRuleset(), OPTIONS);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
  // An account emptied to its last cent into a fresh one: what the model was trained to see.
  const rows = [...many(3), { from: "c9", to: "d9", amount: 500, isFraud: true }];
  const { result } = await run(rows, [], { draft: compiled.value, score: await loadLocalModel(2) });
  expect(result.outcomes.find(({ label }) => label === "fraud")).toMatchObject({ after: expect.stringMatching(/review|block/) });
  expect(result.decisions).toBe(4);
});
