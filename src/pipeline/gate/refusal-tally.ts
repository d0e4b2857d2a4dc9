import { type GateRefusal, type RefusalBatch, type RefusalTreatment, refusalPath } from "../../core/gate/refusal.ts";
import type { Log } from "../../core/log/log-line.ts";
import type { RefusalSink } from "../../ports/gate.ts";
import type { WaitUntil } from "./gate-lists.ts";

const LOG_EVERY_MS = 10_000;
/** Refusals are gathered this long, behind an answer, and then sent at once. */
const GATHER_MS = 1_000;
/** A sending whose request was cancelled never ends: past this it is forgotten. */
const SENDING_MS = 15_000;
const SEND_BUDGET_MS = 5_000;
/** What fits into one message of the queue; a flood is counted beyond it. */
const MOST_IN_BATCH = 200;
const MOST_COUNTED = 200;

export interface Refusal extends Omit<GateRefusal, "atMs" | "entry"> {
  readonly address: string | null;
  readonly entry: string | null;
}
export interface RefusalTally {
  /** Takes a refusal in: no I/O. `path` is the URL's. */
  add(refusal: Refusal): void;
  /** Sends what was taken in behind the answer; nobody waits for it, and a failure is logged. */
  flush(waitUntil: WaitUntil): void;
}
export interface RefusalTallyDeps {
  readonly log: Log;
  readonly clock: () => number;
  readonly newId: () => string;
  readonly pause: (ms: number) => Promise<void>;
  /** Null keeps none: they are logged alone. */
  readonly sink: RefusalSink | null;
}

/**
 * Counts refusals in the isolate, logs one line in ten seconds (the latest as a sample, with how many of each there were since the line before), and
 * sends them in batches of a second. So a flood costs no more than a trickle: beyond a batch's size refusals are counted by entry and path.
 */
export function createRefusalTally({ log, clock, newId, pause, sink }: RefusalTallyDeps): RefusalTally {
  const counts: Record<RefusalTreatment, number> = { refused: 0, challenged: 0, noted: 0 };
  let loggedAtMs = Number.NEGATIVE_INFINITY;
  let sendingSinceMs: number | null = null;
  let gathered: GateRefusal[] = [];
  let counted = new Map<string, RefusalBatch["counted"][number]>();

  function gather({ address: _, entry, path, ...refusal }: Refusal): void {
    const kept: GateRefusal = { ...refusal, atMs: clock(), entry: entry ?? "unknown", path: refusalPath(path) };
    if (gathered.length < MOST_IN_BATCH) {
      gathered.push(kept);
      return;
    }
    const { treatment, country } = kept;
    const named = { treatment, entry: kept.entry, path: kept.path, country };
    // Made-up paths would grow it without end.
    const about = counted.size < MOST_COUNTED ? named : { ...named, path: "*", country: null };
    const key = JSON.stringify(about);
    const count = (counted.get(key)?.count ?? 0) + 1;
    if (counted.size <= 2 * MOST_COUNTED || counted.has(key)) counted.set(key, { ...about, atMs: kept.atMs, count });
  }

  async function send(to: RefusalSink): Promise<void> {
    await pause(GATHER_MS);
    const batch: RefusalBatch = { id: newId(), refusals: gathered, counted: [...counted.values()] };
    gathered = [];
    counted = new Map();
    if (batch.refusals.length === 0) return;
    const sent = await to.send(batch, SEND_BUDGET_MS);
    if (!sent.ok) log("refusals_lost", { refusals: batch.refusals.length, reason: sent.error.reason });
  }

  return {
    add(refusal) {
      const { treatment, reference, address, entry, host } = refusal;
      counts[treatment] += 1;
      if (sink !== null) gather(refusal);
      const nowMs = clock();
      if (nowMs - loggedAtMs < LOG_EVERY_MS) return;
      loggedAtMs = nowMs;
      log("gate_refused", { ...counts, treatment, request_id: reference, ip_address: address, entry, host });
      counts.refused = counts.challenged = counts.noted = 0;
    },
    flush(waitUntil) {
      if (sink === null || gathered.length === 0) return;
      const nowMs = clock();
      if (sendingSinceMs !== null && nowMs - sendingSinceMs < SENDING_MS) return;
      sendingSinceMs = nowMs;
      waitUntil(
        send(sink)
          .catch(() => log("refusals_lost", { refusals: 0, reason: "unavailable" }))
          .finally(() => {
            sendingSinceMs = null;
          }),
      );
    },
  };
}
