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
