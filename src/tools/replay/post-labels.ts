import { feed, type Pace } from "./feed.ts";

export interface Labelled {
  readonly decisionId: string;
  readonly isFraud: boolean;
}

/** A decision reaches the database a moment after its answer: until then its label finds nothing. */
const ROUNDS = 15;
const BETWEEN_ROUNDS_MS = 2_000;

/**
 * Posts every label, again and again while its decision is not yet stored, for about half a minute.
 * @param post null, or the error's code
 * @returns the code of each label that was not taken
 */
export async function postLabels(
  labels: readonly Labelled[],
  pace: Pace,
  post: (label: Labelled) => Promise<string | null>,
): Promise<string[]> {
  const codes: string[] = [];
  let waiting = labels;
  for (let round = 1; waiting.length > 0 && !pace.isStopped(); round++) {
    if (round > 1) await pace.wait(BETWEEN_ROUNDS_MS);
    const early: Labelled[] = [];
    await feed(each(waiting), pace, async (label) => {
      const code = await post(label);
      if (code === "not_found" && round < ROUNDS) early.push(label);
      else if (code !== null) codes.push(code);
    });
    waiting = early;
  }
  return codes;
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
