const HOUR_MS = 3_600_000;

/** Gives each row its time, in the order of the file. */
export type StepClock = (step: number) => number;

/**
 * Maps steps (hours) to times so that the last one ends at `endMs`; rows of one step are spread evenly over its hour, in file order.
 * Times never go back within a file in step order and always lie before `endMs`.
 * @param rowsOfStep how many rows each step has
 */
export function createStepClock(rowsOfStep: ReadonlyMap<number, number>, endMs: number): StepClock {
  const lastStep = Math.max(...rowsOfStep.keys());
  const given = new Map<number, number>();
  return (step) => {
    const index = given.get(step) ?? 0;
    given.set(step, index + 1);
    const stepStartMs = endMs - (lastStep - step + 1) * HOUR_MS;
    return stepStartMs + Math.floor(((index + 0.5) / (rowsOfStep.get(step) ?? 1)) * HOUR_MS);
  };
}

/** Counts the rows of each step. */
export async function countSteps(rows: AsyncIterable<{ readonly step: number }>): Promise<Map<number, number>> {
  const counts = new Map<number, number>();
  for await (const { step } of rows) counts.set(step, (counts.get(step) ?? 0) + 1);
  return counts;
}
