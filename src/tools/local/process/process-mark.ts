import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import * as z from "zod";

/** A process as a file remembers it: ids are used again, an id together with its birth is not. */
const ProcessMark = z.object({ pid: z.int().positive(), born: z.string() });
export type ProcessMark = z.infer<typeof ProcessMark>;

/** When a running process began, in the system's own notation; null when there is none. */
export function bornAt(pid: number): string | null {
  try {
    // Field 22 after the command, which is in parentheses and may hold spaces; a zombie (Z) has ended.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return fields[0] === "Z" ? null : (fields[19] ?? null);
  } catch {
    if (process.platform === "linux") return null;
    const answer = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" });
    return answer.status === 0 ? answer.stdout.trim() || null : null;
  }
}

export function writeMark(file: string, pid: number): void {
  writeFileSync(file, JSON.stringify({ pid, born: bornAt(pid) ?? "" }));
}

/** The process a file names, if it is still that process and runs; null otherwise. */
export function readLiveMark(file: string): ProcessMark | null {
  try {
    const mark = ProcessMark.parse(JSON.parse(readFileSync(file, "utf8")));
    return bornAt(mark.pid) === mark.born ? mark : null;
  } catch {
    return null;
  }
}
