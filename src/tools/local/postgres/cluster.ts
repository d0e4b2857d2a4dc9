import { chownSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runToEnd } from "../process/run-to-end.ts";
import type { User } from "./ordinary-user.ts";

export interface ClusterPlan {
  readonly binaries: string;
  readonly home: string;
  readonly user: User | null;
  readonly password: string;
  readonly signal: AbortSignal;
}

/** Makes the database cluster in `home` unless there is one. The superuser is `postgres`, its password `password`. */
export async function initCluster({ binaries, home, user, password, signal }: ClusterPlan): Promise<void> {
  if (existsSync(join(home, "PG_VERSION"))) return;
  // Made beside and moved in one step: an interrupted initdb leaves what looks like a cluster and is none.
  const fresh = `${home}.new`;
  const passwordFile = `${home}.password`;
  for (const leftover of [home, fresh]) rmSync(leftover, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user !== null) for (const path of [fresh, passwordFile]) chownSync(path, user.uid, user.gid);
  try {
    const flags = ["--username=postgres", `--pwfile=${passwordFile}`, "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync"];
    await runToEnd(join(binaries, "bin/initdb"), [`--pgdata=${fresh}`, ...flags], { cwd: fresh, user, signal });
    renameSync(fresh, home);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}
