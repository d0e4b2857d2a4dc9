import { setTimeout as sleep } from "node:timers/promises";
import { bornAt } from "./process-mark.ts";

const GRACE_MS = 10_000;
const POLL_MS = 10;

/** Sends a signal to a process or, with a negative id, to its group; false when there is none. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

/** Ends the leader of a process group politely, then by force, and with it whatever is left of its group. */
export async function endProcess(pid: number, polite: NodeJS.Signals, graceMs = GRACE_MS): Promise<void> {
  const born = bornAt(pid);
  const isAlive = () => born !== null && bornAt(pid) === born;
  if (isAlive()) signal(pid, polite);
  await until(() => !isAlive(), graceMs);
  signal(-pid, "SIGKILL");
  await until(() => !isAlive(), graceMs);
}

async function until(isDone: () => boolean, limitMs: number): Promise<void> {
  for (let waitedMs = 0; !isDone() && waitedMs < limitMs; waitedMs += POLL_MS) await sleep(POLL_MS);
}
