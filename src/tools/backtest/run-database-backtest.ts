import { createCaseSource } from "../../adapters/postgres/backtest-cases.ts";
import { createDatabase } from "../../adapters/postgres/database.ts";
import { createManifestStore } from "../../adapters/postgres/manifest-store.ts";
import { createRedecider, type Redecider } from "../../core/backtest/redecide.ts";
import { type BacktestResult, resultOf } from "../../core/backtest/result.ts";
import type { StoredCase } from "../../core/backtest/stored-case.ts";
import { addToTally, emptyTally } from "../../core/backtest/tally.ts";
import type { CompiledConfig, ConfigOptions } from "../../core/config/compile.ts";
import { learnFeatures } from "../../pipeline/backtest/learn-features.ts";
import type { Answer } from "../../ports/answer.ts";
import type { CasePage, Cursor, Period } from "../../ports/backtest.ts";

const PAGE = 2_000;
const BUDGET_MS = 60_000;

export interface DatabaseBacktest {
  readonly databaseUrl: string;
  /** Where the local gateway serves Neon's protocol; null asks Neon itself. */
  readonly endpoint: string | null;
  readonly period: Period;
  /** The newest so many decisions. */
  readonly maxDecisions: number;
  readonly draft: CompiledConfig;
  /** What `draft`'s rules are timed beside; null for nothing. */
  readonly live: CompiledConfig | null;
  readonly options: ConfigOptions;
  readonly onProgress: (done: number, total: number) => void;
  readonly signal: AbortSignal;
}
export interface DatabaseReport {
  readonly result: BacktestResult;
  readonly isStopped: boolean;
  /** Time spent deciding, without reading and parsing, in milliseconds. */
  readonly decidingMs: number;
}

/** Runs rules over stored decisions here instead of in the service, and times them. Reads only. Throws when the database does not answer. */
export async function runDatabaseBacktest(run: DatabaseBacktest): Promise<DatabaseReport> {
  const { period, maxDecisions, options, signal } = run;
  const database = createDatabase({ url: run.databaseUrl, endpoint: run.endpoint });
  const source = createCaseSource(database);
  const manifests = createManifestStore(database);
  const draft = createRedecider(run.draft, options);
  const live = run.live === null ? null : createRedecider(run.live, options);
  const redeciders = live === null ? [draft] : [draft, live];
  const total = await answered(source.count(period, maxDecisions, BUDGET_MS));
  const tally = emptyTally();
  const rules = { draftMs: 0, liveMs: 0 };
  let done = 0;
  let decidingMs = 0;
  for (let after: Cursor | null = null; done < maxDecisions && !signal.aborted; ) {
    const limit = Math.min(PAGE, maxDecisions - done);
    const page: CasePage = await answered(source.page({ ...period, after, limit }, BUDGET_MS));
    await answered(learnFeatures(redeciders, page.cases, (hash) => manifests.content(hash, BUDGET_MS), options));
    const startMs = performance.now();
    for (const one of page.cases) addToTally(tally, one, draft.redecide(one));
    decidingMs += performance.now() - startMs;
    rules.draftMs += timeRules(draft, page.cases);
    if (live !== null) rules.liveMs += timeRules(live, page.cases);
    tally.skipped += page.skipped;
    done += page.cases.length + page.skipped;
    run.onProgress(done, Math.max(total, done));
    after = page.next;
    if (after === null) break;
  }
  const each = (ms: number): number => (tally.decisions === 0 ? 0 : Math.round((ms * 1e5) / tally.decisions) / 100);
  const cpu = {
    draft_us: each(rules.draftMs),
    live_us: each(rules.liveMs),
    added_us: Math.round((each(rules.draftMs) - each(rules.liveMs)) * 100) / 100,
  };
  const result = resultOf(tally, { rules: run.draft.ruleset.rules, currencyExponent: options.currencyExponent, cpu });
  return { result, isStopped: signal.aborted, decidingMs };
}

/** Milliseconds that the rules alone take for some cases. */
function timeRules({ config, factsOf }: Redecider, cases: readonly StoredCase[]): number {
  const inputs = cases.map((one) => ({ values: factsOf(one), kind: one.event.transactionType ?? one.event.type }));
  const startMs = performance.now();
  for (const { values, kind } of inputs) config.ruleset.evaluate(values, kind);
  return performance.now() - startMs;
}

async function answered<T>(answer: Answer<T>): Promise<T> {
  const given = await answer;
  if (given.ok) return given.value;
  throw new Error(`the database did not answer (${given.error.reason}): is its URL right, and is it up?`);
}
