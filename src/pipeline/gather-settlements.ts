import type { WaitUntil } from "./services.ts";

/** How long the first settlement waits for others, and how many go together at most. */
const WINDOW_MS = 8;
const MOST = 16;
/** After so long the request that owned a batch was cancelled. */
const OVERDUE_MS = 4 * WINDOW_MS;

export interface Gathering<T> {
  /** Leaves an entry with those of other requests; one of them sends all, each under its own `waitUntil`. */
  add(entry: T, how: { readonly waitUntil: WaitUntil; readonly send: (entries: readonly T[]) => Promise<unknown> }): void;
}

/**
 * Gathers what the requests of one isolate have to write. The first owns the timer and the sending; the others leave plain data, because a request must
 * not wait for what another began. One that makes the batch full, or finds it overdue because its owner was cancelled, takes it over. What a cancelled
 * owner leaves without another request is in Redis as an open claim, and the mover settles it.
 */
export function createGathering<T>({
  clock,
  wait,
}: {
  readonly clock: () => number;
  readonly wait: (ms: number) => Promise<void>;
}): Gathering<T> {
  let open: { readonly entries: T[]; readonly sinceMs: number } | null = null;
  return {
    add(entry, { waitUntil, send }) {
      if (open === null) {
        const own = { entries: [entry], sinceMs: clock() };
        open = own;
        waitUntil(
          wait(WINDOW_MS).then(async () => {
            if (open !== own) return;
            open = null;
            await send(own.entries);
          }),
        );
        return;
      }
      const batch = open;
      batch.entries.push(entry);
      if (batch.entries.length < MOST && clock() - batch.sinceMs < OVERDUE_MS) return;
      open = null;
      waitUntil(send(batch.entries));
    },
  };
}
