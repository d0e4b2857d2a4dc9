import type { CheckOutcome } from "../../core/external-checks/check-outcome.ts";
import type { Answer } from "../../ports/answer.ts";
import type { CheckCount, CheckCountStore } from "../../ports/external-checks.ts";
import type { Services, WaitUntil } from "../services.ts";

const EVERY_MS = 5_000;
const WRITE_BUDGET_MS = 5_000;
const KEPT_MS = 30 * 86_400_000;
const FORGET_BUDGET_MS = 30_000;

/** Counts how services did, in the instance, and writes the counts now and then; what an instance that ends has not written is lost. */
export interface CheckMeter {
  count(service: string, outcome: CheckOutcome, ms: number): void;
  flushWhenDue(waitUntil: WaitUntil): void;
  flush(): Promise<void>;
}

export function createCheckMeter(store: CheckCountStore, clock: () => number): CheckMeter {
  let counts = new Map<string, CheckCount>();
  let dueAtMs: number | null = null;

  const add = (count: CheckCount): void => {
    const key = `${count.service} ${count.outcome}`;
    const before = counts.get(key);
    counts.set(key, { ...count, calls: count.calls + (before?.calls ?? 0), totalMs: count.totalMs + (before?.totalMs ?? 0) });
  };
  const flush = async (): Promise<void> => {
    dueAtMs = null;
    const taken = [...counts.values()];
    counts = new Map();
    if (taken.length === 0) return;
    const written = await store.add(taken, clock(), WRITE_BUDGET_MS);
    // After an unanswered write they may count twice.
    if (!written.ok) for (const count of taken) add(count);
  };
  return {
    count: (service, outcome, ms) => {
      dueAtMs ??= clock() + EVERY_MS;
      add({ service, outcome, calls: 1, totalMs: Math.max(0, ms) });
    },
    flushWhenDue: (waitUntil) => {
      if (dueAtMs !== null && clock() >= dueAtMs) waitUntil(flush());
    },
    flush,
  };
}

/** Drops counts older than 30 days; run every hour. */
export async function forgetServiceCounts({ externalChecks, clock }: Pick<Services, "externalChecks" | "clock">): Answer<number> {
  return externalChecks.counts.forget(clock() - KEPT_MS, FORGET_BUDGET_MS);
}
