/** A deadline that shrinks: how long is left of it, and how long one source may take. */
export interface Deadline {
  leftMs(): number;
  /** At most `budgetMs`, never past the deadline; at least 1 so that a source can still refuse cleanly. */
  allow(budgetMs: number): number;
}

/** `clock` is the service's; it stands still during CPU work and moves with I/O, which is what is waited for. */
export function createDeadline(clock: () => number, startMs: number, lengthMs: number): Deadline {
  const leftMs = (): number => startMs + lengthMs - clock();
  return { leftMs, allow: (budgetMs) => Math.max(1, Math.min(budgetMs, leftMs())) };
}

/**
 * Asks sources in order: the next one begins as soon as the one before has nothing, fails, or is `hedgeMs` late. The first value wins, also of
 * a source that was late; null when no source has one. What still runs then is left running.
 */
export function firstValue<T>(sources: readonly (() => Promise<T | null>)[], hedgeMs: number): Promise<T | null> {
  return new Promise((resolve) => {
    let begun = 0;
    let open = 0;
    let timer: ReturnType<typeof setTimeout> | null = null;
    const stopTimer = (): void => {
      if (timer !== null) clearTimeout(timer);
    };
    const settle = (value: T | null): void => {
      begun = sources.length;
      stopTimer();
      resolve(value);
    };
    const next = (): void => {
      stopTimer();
      const source = sources[begun++];
      if (source === undefined) {
        if (open === 0) settle(null);
        return;
      }
      open += 1;
      if (begun < sources.length) timer = setTimeout(next, hedgeMs);
      source()
        .catch(() => null)
        .then((value) => {
          open -= 1;
          if (value !== null) settle(value);
          else next();
        });
    };
    next();
  });
}

/**
 * Waits for a promise at most `budgetMs`; past that gives `null` and leaves the work running.
 * The timer is this request's own, so a request never hangs on I/O that another began.
 */
export async function waitAtMost<T>(work: Promise<T>, budgetMs: number): Promise<T | null> {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, budgetMs, null);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    if (timer !== null) clearTimeout(timer);
  }
}
