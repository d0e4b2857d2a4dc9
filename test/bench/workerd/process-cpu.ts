import { readFileSync } from "node:fs";
import { Refusal } from "../../../src/tools/local/refusal.ts";

/** Linux counts a process's time in ticks of 10 ms, so a sample must last many of them. */
const TICK_MICROSECONDS = 10_000;

/** CPU that a process has used until now, user and system, all its threads; microseconds. Linux only: throws elsewhere. */
export function processCpu(pid: number): number {
  if (process.platform !== "linux") throw new Refusal("the CPU of a process is read from /proc, which only Linux has; run it there");
  // Fields 14 and 15, counted after the command, which is in parentheses and may hold spaces.
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK_MICROSECONDS;
}
