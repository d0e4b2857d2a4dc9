/** What a run has begun and must end, last first. */
export interface Cleanup {
  add(step: () => unknown): void;
  /** Ends everything added so far, once. */
  run(): Promise<void>;
}

export function createCleanup(): Cleanup {
  let steps: (() => unknown)[] = [];
  return {
    add: (step) => void steps.push(step),
    async run() {
      const due = steps.reverse();
      steps = [];
      for (const step of due) {
        try {
          await step();
        } catch (error) {
          console.error(`while ending: ${(error as Error).message}`);
        }
      }
    },
  };
}

/** Awaits a start, and sees to it that it is ended even when the run is ended first. */
export function begin<T extends { stop(): Promise<void> }>(cleanup: Cleanup, starting: Promise<T>): Promise<T> {
  cleanup.add(() =>
    starting.then(
      (started) => started.stop(),
      () => {},
    ),
  );
  return starting;
}
