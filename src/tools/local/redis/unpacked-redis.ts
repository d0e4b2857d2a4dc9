import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { err, ok, type Result } from "../../../core/result.ts";
import { downloadPackages, unpackPackage } from "./apt.ts";
import { REDIS_NAMES, type RedisProgram } from "./redis-program.ts";

/**
 * Redis from the system's own Debian or Ubuntu packages, unpacked once below `cache`, without root.
 * @param announce told before the network is used
 * @returns the program, or why there is none
 */
export async function unpackedRedis(
  cache: string,
  announce: (line: string) => void,
  signal: AbortSignal,
): Promise<Result<RedisProgram, string>> {
  const home = join(cache, "redis");
  const known = programIn(home);
  if (known !== null) return ok(known);
  if (!existsSync("/var/lib/dpkg/status")) return err("this system has no Debian packages to take it from");

  announce("no redis-server on PATH: unpacking one from the system's packages, this once");
  const partial = join(cache, `redis.${process.pid}`);
  try {
    const root = join(partial, "root");
    mkdirSync(root, { recursive: true });
    for (const file of await firstAvailable(join(partial, "apt"), signal)) await unpackPackage(file, root, signal);
    if (programIn(root) === null) return err("the packages hold no server");
    if (!existsSync(home)) renameSync(root, home);
  } catch (error) {
    return err((error as Error).message);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  const unpacked = programIn(home);
  return unpacked === null ? err("the packages hold no server") : ok(unpacked);
}

async function firstAvailable(folder: string, signal: AbortSignal): Promise<string[]> {
  let last: unknown;
  for (const name of REDIS_NAMES) {
    try {
      return await downloadPackages(name, folder, signal);
    } catch (error) {
      last ??= error;
    }
  }
  throw last;
}

function programIn(root: string): RedisProgram | null {
  const path = REDIS_NAMES.map((name) => join(root, "usr/bin", name)).find((file) => existsSync(file));
  return path === undefined ? null : { path, libraries: libraryFolders(root), about: "redis-server from the system's packages" };
}

/** `usr/lib` and `lib` with their folders per architecture, such as `usr/lib/x86_64-linux-gnu`. */
function libraryFolders(root: string): string[] {
  return ["usr/lib", "lib"]
    .map((folder) => join(root, folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => [folder, ...readdirSync(folder).map((name) => join(folder, name))])
    .filter((folder) => folder.endsWith("lib") || /-linux-gnu[a-z0-9]*$/.test(folder));
}
