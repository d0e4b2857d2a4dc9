import type { Answer } from "../../ports/answer.ts";
import type { Services } from "../services.ts";

const BUDGET_MS = 10_000;
/** A backtest that runs is touched with every page. */
const UNTOUCHED_MS = 60_000;
const KEPT_MS = 90 * 86_400_000;

/** Sends the message again for every backtest that lost its own; those that ended 90 days ago are forgotten. */
export async function resumeBacktests({ backtests, outbox, clock }: Pick<Services, "backtests" | "outbox" | "clock">): Answer<void> {
  const nowMs = clock();
  const lost = await backtests.store.sweep(nowMs - UNTOUCHED_MS, nowMs - KEPT_MS, BUDGET_MS);
  if (!lost.ok) return lost;
  for (const id of lost.value) {
    const sent = await outbox.send({ kind: "backtest", id }, 0, BUDGET_MS);
    if (!sent.ok) return sent;
  }
  return { ok: true, value: undefined };
}
