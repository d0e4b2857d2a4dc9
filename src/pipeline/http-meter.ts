import { type AnsweredRequest, createRequestCounts } from "../core/metrics/count-request.ts";
import { createTally } from "../core/metrics/tally.ts";
import type { MetricStore } from "../ports/metrics.ts";
import type { WaitUntil } from "./services.ts";

const EVERY_MS = 5_000;
const WRITE_BUDGET_MS = 5_000;
const MAX_SERIES = 5_000;

/** Counts requests in the isolate and writes the counts now and then. */
export interface HttpMeter {
  count(request: AnsweredRequest): void;
  /** Writes after the response, at most every 5 s per isolate; what an isolate that ends has not written is lost. */
  flushWhenDue(waitUntil: WaitUntil): void;
  /** Writes now; on a fault the counts stay for the next time, so after an unanswered write they may count twice. */
  flush(): Promise<void>;
}

export function createHttpMeter(store: MetricStore, clock: () => number): HttpMeter {
  const counts = createRequestCounts();
  /** What was counted and could not be written. */
  const unwritten = createTally(MAX_SERIES);
  let dueAtMs: number | null = null;
  const flush = async (): Promise<void> => {
    dueAtMs = null;
    unwritten.putBack(counts.take());
    const samples = unwritten.take();
    if (samples.length === 0) return;
    const written = await store.add(samples, WRITE_BUDGET_MS);
    if (!written.ok) unwritten.putBack(samples);
  };
  return {
    count: (request) => {
      dueAtMs ??= clock() + EVERY_MS;
      counts.count(request);
    },
    flushWhenDue: (waitUntil) => {
      if (dueAtMs !== null && clock() >= dueAtMs) waitUntil(flush());
    },
    flush,
  };
}
