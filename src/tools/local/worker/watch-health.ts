import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { signal } from "../process/end-process.ts";

const EVERY_MS = 400;
/** Without an answer and without work for so long, workerd hangs. */
const IDLE_PATIENCE_MS = 2_000;
/** A runtime that computes may do so longer: a large document, a slow machine. */
const BUSY_PATIENCE_MS = 20_000;
/** With nothing that listens for so long, Miniflare could not bring it back. */
const GONE_PATIENCE_MS = 15_000;

export interface HealthWatch {
  readonly url: string;
  say(line: string): void;
  /** Called when killing workerd does not help. */
  giveUp(): void;
}

/** Asks for the health all the time, and kills a workerd that hangs: Miniflare starts it again on the same port. @returns ends the watch */
export function watchHealth({ url, say, giveUp }: HealthWatch): () => void {
  let isOver = false;
  let timer: NodeJS.Timeout;
  let answeredAtMs = performance.now();
  let workedAtMs = answeredAtMs;
  let worked = workOfChildren();

  const look = async (): Promise<void> => {
    const answer = await ask(url, IDLE_PATIENCE_MS);
    if (isOver) return;
    const nowMs = performance.now();
    const work = workOfChildren();
    if (work > worked + 1) workedAtMs = nowMs;
    worked = work;
    if (answer === "answered") answeredAtMs = nowMs;
    const silentMs = nowMs - answeredAtMs;
    const isIdle = nowMs - workedAtMs >= IDLE_PATIENCE_MS * 0.9;
    if (answer === "silent" && ((silentMs >= IDLE_PATIENCE_MS && isIdle) || silentMs >= BUSY_PATIENCE_MS)) {
      say(`the Worker gave no answer for ${(silentMs / 1_000).toFixed(1)} s: starting it again`);
      answeredAtMs = nowMs;
      for (const pid of childrenOf()) signal(pid, "SIGKILL");
    } else if (answer === "gone" && silentMs >= GONE_PATIENCE_MS) giveUp();
    timer = setTimeout(look, EVERY_MS);
  };
  timer = setTimeout(look, EVERY_MS);
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}

/** `gone` is nobody who listens; any answer, a 503 too, is one. */
async function ask(url: string, patienceMs: number): Promise<"answered" | "silent" | "gone"> {
  try {
    await (await fetch(url, { signal: AbortSignal.timeout(patienceMs) })).arrayBuffer();
    return "answered";
  } catch (error) {
    return (error as Error).name === "TimeoutError" ? "silent" : "gone";
  }
}

/** Ids of this process's children: workerd and nothing else, but for a build. */
function childrenOf(): number[] {
  if (process.platform !== "linux") {
    const found = spawnSync("pgrep", ["-P", String(process.pid), "workerd"], { encoding: "utf8" });
    return found.stdout.split("\n").filter(Boolean).map(Number);
  }
  const lists = readdirSync("/proc/self/task").map((thread) => readFileSync(`/proc/self/task/${thread}/children`, "utf8"));
  return lists
    .flatMap((list) => list.split(" "))
    .filter(Boolean)
    .map(Number)
    .filter((pid) => statOf(pid)?.name === "workerd");
}

/** CPU that the children have used, in the system's ticks; where it cannot be read they always seem to work. */
function workOfChildren(): number {
  if (process.platform !== "linux") return performance.now();
  return childrenOf().reduce((sum, pid) => sum + (statOf(pid)?.ticks ?? 0), 0);
}

function statOf(pid: number): { readonly name: string; readonly ticks: number } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name stands in parentheses and may hold spaces; user and system time are fields 14 and 15.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { name: stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")")), ticks: Number(fields[11]) + Number(fields[12]) };
  } catch {
    return null;
  }
}
