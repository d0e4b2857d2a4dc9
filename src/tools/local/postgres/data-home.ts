import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { canEnter, type User } from "./ordinary-user.ts";

const SYSTEM_HOME = "/var/lib/tollgate";

/**
 * Where Postgres' data is kept: `<dataFolder>/postgres`, or, where that is closed to the user it runs as
 * (a checkout under /root), a folder of its own per data folder under /var/lib/tollgate.
 */
export function postgresDataHome(dataFolder: string, user: User | null): string {
  if (user === null) return join(dataFolder, "postgres");
  // Others may pass through the data folder, not list it; what is private in it has modes of its own.
  chmodSync(dataFolder, 0o711);
  if (canEnter(user, dataFolder)) return join(dataFolder, "postgres");
  mkdirSync(SYSTEM_HOME, { recursive: true });
  chmodSync(SYSTEM_HOME, 0o755);
  return systemHome(dataFolder);
}

/** Forgets what Postgres kept for a data folder, wherever that was. */
export function dropPostgresData(dataFolder: string): void {
  rmSync(join(dataFolder, "postgres"), { recursive: true, force: true });
  rmSync(systemHome(dataFolder), { recursive: true, force: true });
}

const systemHome = (dataFolder: string): string => join(SYSTEM_HOME, createHash("sha256").update(dataFolder).digest("hex").slice(0, 16));
