import * as z from "zod";
import type { BacktestDeps } from "../../../../backoffice/rules/backtest-deps.ts";
import { BacktestResult } from "../../../../core/backtest/result.ts";
import type { Services } from "../../../../pipeline/services.ts";
import { BACKTEST_STATUSES, type Backtest } from "../../../../ports/backtest.ts";

/** A backtest as it is listed. */
export const BacktestSummary = z.object({
  id: z.string(),
  status: z.enum(BACKTEST_STATUSES),
  from: z.string(),
  to: z.string(),
  max_decisions: z.int(),
  message: z.string(),
  author: z.string(),
  created_at: z.string(),
  started_at: z.string().nullable(),
  finished_at: z.string().nullable(),
  /** Decisions read so far, and how many there are. */
  progress: z.object({ done: z.int(), total: z.int() }),
  error: z.string().nullable(),
});
export const BacktestAnswer = BacktestSummary.extend({ result: BacktestResult.nullable() });

export function presentSummary(job: Backtest): z.infer<typeof BacktestSummary> {
  const { id, status, message, author, done, total, error } = job;
  return {
    ...{ id, status, from: instant(job.fromMs), to: instant(job.toMs), max_decisions: job.maxDecisions, message, author },
    created_at: instant(job.createdAtMs),
    started_at: job.startedAtMs === null ? null : instant(job.startedAtMs),
    finished_at: job.finishedAtMs === null ? null : instant(job.finishedAtMs),
    progress: { done, total },
    error,
  };
}

const instant = (ms: number): string => new Date(ms).toISOString();

/** What the verbs on backtests need. */
export function backtestDepsOf({ backtests, config, configOptions, staff, newId }: Services): BacktestDeps {
  return { ...backtests, manifests: config.manifests, drafts: config.drafts, options: configOptions, writes: staff, newId };
}
