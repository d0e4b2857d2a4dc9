import { setTimeout as wait } from "node:timers/promises";
import { feed } from "./feed.ts";
import type { ReplayOptions } from "./options.ts";
import { type Labelled, postLabels } from "./post-labels.ts";
import { showProgress } from "./progress.ts";
import { readPaysim } from "./read-paysim.ts";
import { type Instance, sendLabel, sendTransaction } from "./send.ts";
import { countSteps, createStepClock } from "./step-clock.ts";
import { createTally, type Summary } from "./summary.ts";
import { isWithinRange, toTransaction } from "./to-transaction.ts";

export interface Replayed {
  readonly summary: Summary;
  readonly elapsedMs: number;
  /** Rows whose amount the API refuses by its own rules. */
  readonly leftOut: number;
}

/** Sends a file to an instance and counts the answers. Reads the file twice: the first time to know how many rows each hour has. */
export async function runReplay(options: ReplayOptions, instance: Instance, isStopped: () => boolean): Promise<Replayed> {
  const rowsOfStep = await countSteps(readPaysim(options.file, options.limit));
  const total = [...rowsOfStep.values()].reduce((sum, count) => sum + count, 0);
  if (total === 0) throw new Error(`${options.file} holds no transactions`);
  const timeOf = createStepClock(rowsOfStep, Date.now());
  const tally = createTally();
  const progress = showProgress(total);
  const pace = { ...options, nowMs: () => performance.now(), wait: (ms: number) => wait(ms), isStopped };
  const labels: Labelled[] = [];
  let leftOut = 0;

  async function* prepared() {
    for await (const row of readPaysim(options.file, options.limit)) {
      const occurredAtMs = timeOf(row.step);
      if (isWithinRange(row)) yield { isFraud: row.isFraud, body: toTransaction(row, options.idPrefix, occurredAtMs) };
      else {
        leftOut++;
        progress.step();
      }
    }
  }

  const startMs = performance.now();
  try {
    await feed(prepared(), pace, async ({ isFraud, body }) => {
      const answer = await sendTransaction(instance, body);
      tally.add(isFraud, answer);
      if (options.postLabels && answer.kind === "decided") labels.push({ decisionId: answer.decision.decision_id, isFraud });
      progress.step();
    });
  } finally {
    progress.stop();
  }
  const elapsedMs = performance.now() - startMs;
  if (labels.length > 0) {
    console.log(`posting ${labels.length} labels`);
    const codes = await postLabels(labels, pace, ({ decisionId, isFraud }) => sendLabel(instance, decisionId, isFraud));
    for (const code of codes) tally.addError(`label: ${code}`);
  }
  return { summary: tally.summary(), elapsedMs, leftOut };
}
