import { Presets, SingleBar } from "cli-progress";
import type { Console } from "./terminal.ts";

export interface Progress {
  update(done: number, total: number): void;
  stop(): void;
}

/** How far something is, on standard error: a bar on a terminal, elsewhere a line for each tenth. */
export function showProgress({ isTerminal, complain }: Pick<Console, "isTerminal" | "complain">): Progress {
  return isTerminal ? drawnBar() : printedTenths(complain);
}

function drawnBar(): Progress {
  const bar = new SingleBar(
    {
      format: "{bar} {percentage} % · {value}/{total} · {eta_formatted} left",
      hideCursor: true,
      stream: process.stderr,
      clearOnComplete: true,
    },
    Presets.shades_classic,
  );
  let isDrawn = false;
  return {
    update(done, total) {
      if (!isDrawn) bar.start(total, done);
      isDrawn = true;
      bar.setTotal(total);
      bar.update(done);
    },
    stop: () => bar.stop(),
  };
}

function printedTenths(complain: (line: string) => void): Progress {
  let printed = 0;
  return {
    update(done, total) {
      const tenth = total === 0 ? 0 : Math.floor((done * 10) / total);
      if (tenth <= printed) return;
      printed = tenth;
      complain(`${tenth * 10} %: ${done} of ${total}`);
    },
    stop() {},
  };
}
