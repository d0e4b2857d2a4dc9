import { setTimeout as wait } from "node:timers/promises";
import * as z from "zod";
import { BacktestAnswer, BacktestSummary } from "../../http/routes/admin/rules/backtest-answer.ts";
import type { RulesApi } from "./api.ts";
import type { Report } from "./command.ts";
import { localRefusal } from "./local-refusal.ts";
import { asSources, type LocalSources } from "./local-sources.ts";
import { showProgress } from "./progress.ts";
import { backtestLines } from "./show-backtest.ts";
import { countOf } from "./show-faults.ts";
import { Stopped } from "./stopped.ts";
import type { Console } from "./terminal.ts";

const POLL_MS = 500;

const Started = z.object({ id: z.string(), total: z.number() });

export interface OnlineBacktest {
  /** What to run; null for the service's draft. */
  readonly sources: LocalSources | null;
  readonly period: {
    readonly from: string | undefined;
    readonly to: string | undefined;
    readonly maxDecisions: number | undefined;
    readonly message: string | undefined;
  };
  /** Whether to leave once it is started. */
  readonly detach: boolean;
}

/** Starts a backtest in the service and waits for what comes out. */
export async function backtestOnline(api: RulesApi, { sources, period, detach }: OnlineBacktest, console: Console): Promise<Report> {
  const { id, total } = await start(api, sources, period);
  const note = `backtest ${id} runs over ${countOf(total, "decision")}: npm run rules -- backtest --follow ${id}`;
  if (detach) return { code: 0, document: { ok: true, id, total }, lines: [note] };
  console.complain(note);
  return followBacktest(api, id, console);
}

/** Waits for a backtest and shows what came out. */
export async function followBacktest(api: RulesApi, id: string, console: Console): Promise<Report> {
  const progress = showProgress(console);
  try {
    for (;;) {
      const job = await api.rules(`/backtest/${encodeURIComponent(id)}`, { answer: BacktestAnswer });
      progress.update(job.progress.done, job.progress.total);
      if (job.status === "done" && job.result !== null)
        return { code: 0, document: { ok: true, ...job }, lines: backtestLines(job.result) };
      if (job.status === "cancelled") throw new Stopped(1, "cancelled", `backtest ${id} was cancelled`, { more: { backtest: job } });
      if (job.status === "failed")
        throw new Stopped(3, "backtest_failed", `backtest ${id} failed: ${job.error ?? "it does not say why"}`, {
          more: { backtest: job },
        });
      await wait(POLL_MS);
    }
  } finally {
    progress.stop();
  }
}

/** Ends a backtest that is not over. */
export async function cancelBacktest(api: RulesApi, id: string): Promise<Report> {
  const job = await api.rules(`/backtest/${encodeURIComponent(id)}`, { method: "DELETE", answer: BacktestSummary });
  return { code: 0, document: { ok: true, ...job }, lines: [`backtest ${job.id} is ${job.status}`] };
}

async function start(api: RulesApi, sources: LocalSources | null, period: OnlineBacktest["period"]): Promise<z.infer<typeof Started>> {
  if (sources === null) return api.rules("/backtest", { method: "POST", body: period, answer: Started });
  const { files, features } = asSources(sources);
  try {
    return await api.rules("/backtest", { method: "POST", body: { ...period, files, features }, answer: Started });
  } catch (fault) {
    throw fault instanceof Stopped ? localRefusal(fault, sources) : fault;
  }
}
