import { Presets, SingleBar } from "cli-progress";
import type { Console } from "../rules/terminal.ts";

export interface ByteBar {
  /** So many bytes are done. */
  reach(bytes: number): void;
  stop(): void;
}

const KIB = 1_024;

/** A bar over bytes on a terminal, on standard error; elsewhere nothing, as logs want none. A total of 0 is unknown. */
export function showBytes(what: string, totalBytes: number, { isTerminal }: Pick<Console, "isTerminal">): ByteBar {
  if (!isTerminal) return { reach() {}, stop() {} };
  const kib = (bytes: number): number => Math.ceil(bytes / KIB);
  const format = totalBytes === 0 ? `${what} {value} KiB` : `${what} {bar} {percentage} % · {value} of {total} KiB · {eta_formatted} left`;
  const bar = new SingleBar({ format, hideCursor: true, clearOnComplete: true, stream: process.stderr }, Presets.shades_classic);
  bar.start(kib(totalBytes), 0);
  return {
    reach(bytes) {
      if (totalBytes === 0) bar.setTotal(kib(bytes));
      bar.update(kib(bytes));
    },
    stop: () => bar.stop(),
  };
}
