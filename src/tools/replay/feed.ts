export interface Pace {
  /** Calls in flight at most. */
  readonly concurrency: number;
  /** Calls begun a second at most; Infinity for no limit. */
  readonly ratePerSecond: number;
  readonly nowMs: () => number;
  readonly wait: (ms: number) => Promise<void>;
  /** True once no further call should begin; those in flight end. */
  readonly isStopped: () => boolean;
}

/** Calls `work` with every item, begun in order, at most `concurrency` at a time. Rejects with the first fault of the items or of `work`. */
export async function feed<T>(items: AsyncIterable<T>, pace: Pace, work: (item: T) => Promise<void>): Promise<void> {
  const iterator = items[Symbol.asyncIterator]();
  const startMs = pace.nowMs();
  let begun = 0;
  let isOver = false;
  const lane = async () => {
    while (!isOver && !pace.isStopped()) {
      const { done, value } = await iterator.next();
      if (done === true) return;
      const dueMs = startMs + (begun++ * 1_000) / pace.ratePerSecond;
      const earlyMs = dueMs - pace.nowMs();
      if (earlyMs > 0) await pace.wait(earlyMs);
      await work(value);
    }
  };
  try {
    await Promise.all(Array.from({ length: pace.concurrency }, lane));
  } finally {
    isOver = true;
    await iterator.return?.();
  }
}
