import { createRedecider, type Redecider } from "../../core/backtest/redecide.ts";
import { resultOf } from "../../core/backtest/result.ts";
import { addToTally, emptyTally } from "../../core/backtest/tally.ts";
import { describeError } from "../../core/log/describe-error.ts";
import type { ClaimedBacktest } from "../../ports/backtest.ts";
import type { Services } from "../services.ts";
import { compileCandidate } from "./compile-candidate.ts";
import { learnFeatures } from "./learn-features.ts";

type BacktestServices = Pick<Services, "backtests" | "config" | "configOptions" | "clock" | "outbox" | "log">;

/** Decisions in one page: some megabytes of facts. */
const PAGE = 500;
/** How long one message keeps the consumer, whose other work waits meanwhile. */
const SLICE_MS = 2_000;
const BUDGET_MS = 15_000;
/** A job that ended its runner so often without a page done is given up. */
const MOST_ATTEMPTS = 5;

/**
 * Works on a backtest for some seconds, then sends itself the message to go on. Every page's counts and its place are one write that only the
 * version it began from takes: whatever dies, repeats or runs twice, no page counts twice. Reads decisions and writes its own row, nothing else.
 * With a store away it stops where it is; the schedule takes it up again.
 */
export async function runBacktest(services: BacktestServices, id: string): Promise<void> {
  const { backtests, clock } = services;
  const claimed = await backtests.store.claim(id, clock(), BUDGET_MS);
  if (!claimed.ok || claimed.value === null) return;
  const job = claimed.value;
  if (job.attempts > MOST_ATTEMPTS) {
    await backtests.store.fail(id, `given up after ${MOST_ATTEMPTS} attempts without progress`, clock(), BUDGET_MS);
    return;
  }
  try {
    const isMore = await runPages(services, job);
    if (isMore) await services.outbox.send({ kind: "backtest", id }, 0, BUDGET_MS);
  } catch (cause) {
    services.log("backtest_failed", { backtest: id, ...describeError(cause) });
    await backtests.store.fail(id, "something is broken on our side: the log of the service says what", clock(), BUDGET_MS);
  }
}

/** Gives whether there is more to do and it may be done at once. */
async function runPages(services: BacktestServices, job: ClaimedBacktest): Promise<boolean> {
  const { backtests, clock, config, configOptions } = services;
  const compiled = await compileCandidate(job, services);
  if (!compiled.ok) return false;
  const redecider = createRedecider(compiled.value, configOptions);
  const { fromMs, toMs, livemode, maxDecisions } = job;
  const tally = job.tally ?? emptyTally();
  const startMs = clock();
  let { version, cursor, done } = job;
  while (clock() - startMs < SLICE_MS) {
    const limit = Math.min(PAGE, maxDecisions - done);
    const page = await backtests.cases.page({ fromMs, toMs, livemode, after: cursor, limit }, BUDGET_MS);
    if (!page.ok) return false;
    const { cases, skipped, next } = page.value;
    const learnt = await learnFeatures([redecider], cases, (hash) => config.manifests.content(hash, BUDGET_MS), configOptions);
    if (!learnt.ok) return false;
    for (const one of cases) addToTally(tally, one, redecider.redecide(one));
    tally.skipped += skipped;
    done += cases.length + skipped;
    cursor = next;
    const isOver = next === null || done >= maxDecisions;
    const result = isOver ? resultOf(tally, contextOf(redecider)) : null;
    const kept = await backtests.store.advance({ id: job.id, version }, { tally, cursor, done, nowMs: clock(), result }, BUDGET_MS);
    if (!kept.ok || !kept.value || isOver) return false;
    version++;
  }
  return true;
}

function contextOf({ config }: Redecider): Parameters<typeof resultOf>[1] {
  // A Worker's clock stands still while it computes: processor time is measured by the local runner alone.
  return { rules: config.ruleset.rules, currencyExponent: config.currencyExponent, cpu: null };
}
