import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";

export type Vars = Readonly<Record<string, string | undefined>>;

/** Keeps what a local stack tells its Worker, for the commands that go to its stores themselves: in a file that only its owner reads. @returns forgets it */
export function writeStackVars(folder: string, vars: Readonly<Record<string, string>>): () => void {
  const file = fileOf(folder);
  const lines = Object.entries(vars).map(([name, value]) => `${name}='${value}'\n`);
  rmSync(file, { force: true });
  writeFileSync(file, lines.join(""), { mode: 0o600 });
  return () => rmSync(file, { force: true });
}

/** The deployment that the environment names by DATABASE_URL, else the local stack that runs in `dir`, else what there is. */
export function locateVars(env: Vars, dir: string): Vars {
  const file = fileOf(dir);
  return env.DATABASE_URL || !existsSync(file) ? env : parseEnv(readFileSync(file, "utf8"));
}

const fileOf = (folder: string): string => join(folder, "run/worker.env");
