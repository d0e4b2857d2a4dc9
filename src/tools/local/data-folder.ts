import { mkdirSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { dropPostgresData } from "./postgres/data-home.ts";
import { endProcess } from "./process/end-process.ts";
import { readLiveMark, writeMark } from "./process/process-mark.ts";
import { Refusal } from "./refusal.ts";

/** Each child's mark below `run`, and how it is asked to end. */
const CHILDREN = [
  { name: "the Worker", mark: "worker.json", stopSignal: "SIGTERM" },
  { name: "Redis", mark: "redis.json", stopSignal: "SIGTERM" },
  { name: "Postgres", mark: "postgres.json", stopSignal: "SIGINT" },
] as const;

/**
 * Takes a data folder for this process: refuses one that another start uses, ends what a killed start left running.
 * @returns gives the folder up
 */
export async function claimDataFolder(folder: string, log: (line: string) => void): Promise<() => void> {
  const run = join(folder, "run");
  mkdirSync(run, { recursive: true, mode: 0o700 });
  const own = join(run, "start.json");
  const holder = readLiveMark(own);
  if (holder !== null && holder.pid !== process.pid) {
    const name = relative(process.cwd(), folder) || folder;
    throw new Refusal(`the data folder ${name} is in use by process ${holder.pid}; stop that one, or choose another folder with --dir`);
  }
  writeMark(own, process.pid);
  for (const { name, mark, stopSignal } of CHILDREN) {
    const leftover = readLiveMark(join(run, mark));
    if (leftover === null) continue;
    log(`ending ${name} (process ${leftover.pid}) that a killed start left running`);
    await endProcess(leftover.pid, stopSignal);
  }
  return () => rmSync(own, { force: true });
}

/** Forgets all data of a folder, its secrets and keys with it; what it runs on stays claimed. */
export function dropData(folder: string): void {
  dropPostgresData(folder);
  for (const name of ["redis", "worker", "secrets.json", "keys.json"]) rmSync(join(folder, name), { recursive: true, force: true });
}
