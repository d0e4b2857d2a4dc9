import { type Answer, sendAll, type Target } from "./send-all.ts";
import type { Kind } from "./transactions.ts";

const TRIES = 50;

/** Throws unless the Worker answered 200. */
export function isFine({ status, body }: Answer): void {
  if (status !== 200) throw new Error(`answered ${status}: ${body.slice(0, 300)}`);
}

/** The first call of a cold Worker must confirm its key within milliseconds, which a busy machine may not give it. */
export async function untilFine(target: Target, next: () => string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await sendAll({ ...target, check: isFine }, 1, next);
    } catch (error) {
      if (tries === TRIES) throw error;
    }
  }
}

/** Counts the decisions that were not on the path that is measured: without a part, or after a wait for SQL. Throws when the model did not do its part. */
export function checkOf(kind: Kind, strays: string[]): (answer: Answer) => void {
  const status = kind === "transfer" ? "scored" : "not_applicable";
  return (answer) => {
    isFine(answer);
    const { degraded, model } = JSON.parse(answer.body) as { degraded: string[]; model: { status: string } };
    if (degraded.length > 0) strays.push(`without ${degraded.join(" and ")}`);
    else if (answer.serverTiming.includes("aggregates")) strays.push("after SQL");
    if (model.status !== status) throw new Error(`the model was ${model.status}`);
  };
}
