import type { Sample } from "./family.ts";

/** Counts that were not written yet, by series. */
export interface Tally {
  add(name: string, labels: readonly string[], value: number): void;
  /** Everything counted since the last call. */
  take(): readonly Sample[];
  /** Counts again what could not be written. */
  putBack(samples: readonly Sample[]): void;
}

/** @param maxSeries a further series is dropped until the next `take`: labels that a caller can choose must not fill memory */
export function createTally(maxSeries: number): Tally {
  let series = new Map<string, { readonly name: string; readonly labels: readonly string[]; value: number }>();
  const add: Tally["add"] = (name, labels, value) => {
    const key = [name, ...labels].join("\u0000");
    const known = series.get(key);
    if (known !== undefined) known.value += value;
    else if (series.size < maxSeries) series.set(key, { name, labels, value });
  };
  return {
    add,
    take: () => {
      const taken = [...series.values()];
      series = new Map();
      return taken;
    },
    putBack: (samples) => {
      for (const { name, labels, value } of samples) add(name, labels, value);
    },
  };
}
