import { type BacktestResult, resultOf } from "../../core/backtest/result.ts";
import { addToTally, emptyTally } from "../../core/backtest/tally.ts";
import type { CompiledConfig, ConfigOptions } from "../../core/config/compile.ts";
import { createCurrency } from "../../core/event/money.ts";
import { parseTransaction } from "../../core/event/parse.ts";
import type { Scorer } from "../../pipeline/score-model.ts";
import { readPaysim } from "../replay/read-paysim.ts";
import { countSteps, createStepClock } from "../replay/step-clock.ts";
import { isWithinRange, toTransaction } from "../replay/to-transaction.ts";
import { createMemoryHistory } from "./memory-history.ts";
import { createReplaySet } from "./replay-set.ts";

export interface CsvBacktest {
  /** A PaySim file, `.csv` or `.csv.gz`. */
  readonly file: string;
  /** The first so many rows. */
  readonly limit: number;
  readonly draft: CompiledConfig;
  /** What would have decided then, such as the published set; null compares with nobody. */
  readonly baseline: CompiledConfig | null;
  /** What both were compiled with. */
  readonly options: ConfigOptions;
  /** ISO 4217. */
  readonly currency: string;
  /** Null decides without a model. */
  readonly score: Scorer | null;
  /** When the file's last hour ends, epoch milliseconds. */
  readonly endMs: number;
  readonly onProgress: (done: number, total: number) => void;
  readonly signal: AbortSignal;
}
export interface CsvReport {
  readonly result: BacktestResult;
  /** Rows the API would refuse for their amount. */
  readonly leftOut: number;
  /** Features that a file cannot give: they were missing. */
  readonly unavailable: readonly string[];
  /** Entities with so many events that their oldest were let go. */
  readonly cut: number;
  readonly isStopped: boolean;
}

/**
 * Replays a file point in time through the code that computes features and decides, in memory: every event sees those before it, and a blocked one
 * counts as blocked for those after it, by the baseline's word where there is one. Labels are the file's. Throws a sentence on what is not PaySim.
 */
export async function runCsvBacktest(run: CsvBacktest): Promise<CsvReport> {
  const { file, limit, options, score, endMs } = run;
  const rowsOfStep = await countSteps(readPaysim(file, limit));
  const total = [...rowsOfStep.values()].reduce((sum, count) => sum + count, 0);
  if (total === 0) throw new Error(`${file} holds no transactions`);
  const timeOf = createStepClock(rowsOfStep, endMs);
  const history = createMemoryHistory(options.hash);
  const draft = createReplaySet(run.draft, history, score, options);
  const baseline = run.baseline === null ? null : createReplaySet(run.baseline, history, score, options);
  const settings = { currency: createCurrency(run.currency), merchantDimensions: [], tokenizeCard: (digits: string) => digits };
  const tally = emptyTally();
  let done = 0;
  let leftOut = 0;
  for await (const row of readPaysim(file, limit)) {
    if (run.signal.aborted) break;
    run.onProgress(++done, total);
    const occurredAtMs = timeOf(row.step);
    const body = toTransaction(row, "row", occurredAtMs);
    const parsed = isWithinRange(row)
      ? parseTransaction(body, { settings, nowMs: endMs, callerAddress: null, newId: () => body.transaction_id })
      : null;
    if (parsed?.ok !== true) {
      leftOut++;
      continue;
    }
    const { event } = parsed.value;
    const truth = row.isFraud ? "fraud" : "legitimate";
    const was = baseline === null ? null : (await baseline.decide(event, { truth, before: null })).decided;
    const { one, decided } = await draft.decide(event, { truth, before: was });
    addToTally(tally, one, decided);
    history.append((was ?? decided).outcome === "block" ? { ...event, status: "blocked" } : event);
  }
  const draftUs = round(draft.cpuMicroseconds());
  const liveUs = round(baseline?.cpuMicroseconds() ?? 0);
  const cpu = { draft_us: draftUs, live_us: liveUs, added_us: round(draftUs - liveUs) };
  return {
    result: resultOf(tally, { rules: run.draft.ruleset.rules, currencyExponent: options.currencyExponent, cpu }),
    leftOut,
    unavailable: draft.unavailable,
    cut: history.cut,
    isStopped: run.signal.aborted,
  };
}

const round = (microseconds: number): number => Math.round(microseconds * 100) / 100;
