/**
 * Preloaded into `wrangler dev`, which kills its children and exits in one breath. In a container without an init
 * nobody would then collect them, and they would stay in the process table for good: here it waits until they are gone.
 */
import { readdirSync, readFileSync } from "node:fs";

const LIMIT_MS = 1_000;
const POLL_MS = 5;

/** Ids of this process's children, whichever thread began them; none where the system does not tell. */
function children(): number[] {
  try {
    const lists = readdirSync("/proc/self/task").map((thread) => readFileSync(`/proc/self/task/${thread}/children`, "utf8"));
    return lists.flatMap((list) => list.split(" ").filter((id) => id !== "")).map(Number);
  } catch {
    return [];
  }
}

// Stays registered: a listener that leaves before the others are called makes one of them raise the signal anew.
process.on("SIGINT", () => {
  const exit = process.exit;
  let isExiting = false;
  // Called by those who listen after us; returning from it is what lets the exits be seen.
  process.exit = ((code) => {
    for (const child of children()) process.kill(child, "SIGKILL");
    if (isExiting) return;
    isExiting = true;
    const latest = Date.now() + LIMIT_MS;
    setInterval(() => (children().length === 0 || Date.now() > latest) && exit(code), POLL_MS);
  }) as typeof process.exit;
  // Its children's end surprises it, and such a surprise would end it at once.
  process.on("uncaughtException", () => process.exit(130));
  // Early on nobody else listens.
  setImmediate(() => process.exit(130));
});
