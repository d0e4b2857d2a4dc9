import { readFileSync } from "node:fs";

const POLL_MS = 1_000;

/**
 * Calls back when the npm that runs this script is gone. npm passes signals on, but not the one that kills it at once,
 * and then nobody would be left to end us. Does nothing when npm did not start us.
 */
export function whenLauncherIsGone(callback: () => void): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const before = launchers();
  const timer = setInterval(() => {
    if (launchers() === before) return;
    clearInterval(timer);
    callback();
  }, POLL_MS);
  timer.unref();
}

/** Our parent, and its parent: npm runs scripts through a shell. */
function launchers(): string {
  try {
    const [, parent] = readFileSync(`/proc/${process.ppid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return `${process.ppid} ${parent}`;
  } catch {
    return String(process.ppid);
  }
}
