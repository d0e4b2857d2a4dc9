import { Presets, SingleBar } from "cli-progress";

export interface Progress {
  /** One more is done. */
  step(): void;
  stop(): void;
}

/** A bar on a terminal; elsewhere a line for each tenth. */
export function showProgress(total: number): Progress {
  let done = 0;
  if (process.stdout.isTTY) {
    const bar = new SingleBar(
      { format: "{bar} {percentage} % · {value}/{total} · {eta_formatted} left", hideCursor: true },
      Presets.shades_classic,
    );
    bar.start(total, 0);
    return { step: () => bar.update(++done), stop: () => bar.stop() };
  }
  return {
    step() {
      const before = Math.floor((done * 10) / total);
      done++;
      const tenths = Math.floor((done * 10) / total);
      if (tenths > before) console.log(`${tenths * 10} %: ${done} of ${total}`);
    },
    stop() {},
  };
}
