import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { runToEnd } from "../process/run-to-end.ts";

const LIMIT_MS = 180_000;

/**
 * Fetches a Debian package, and what it needs that the system lacks, without root and without touching the system:
 * apt's lists, cache and locks are kept in `folder`; only its sources and the list of installed packages are the system's.
 * @returns the files of the packages; rejects when apt cannot get them
 */
export async function downloadPackages(name: string, folder: string, signal: AbortSignal): Promise<string[]> {
  const [state, cache] = [join(folder, "state"), join(folder, "cache")];
  mkdirSync(join(state, "lists/partial"), { recursive: true });
  mkdirSync(join(cache, "archives/partial"), { recursive: true });
  const options = [
    `Dir::State=${state}`,
    "Dir::State::status=/var/lib/dpkg/status",
    `Dir::Cache=${cache}`,
    "Debug::NoLocking=true",
    // As root apt would fetch as the user _apt, who may not reach our folder.
    "APT::Sandbox::User=",
    "Acquire::http::Timeout=15",
    "Acquire::https::Timeout=15",
    "Acquire::Retries=1",
  ].flatMap((option) => ["-o", option]);
  // One source of several that does not answer makes it fail though the lists we need are there; the download tells.
  await run("apt-get", [...options, "-qq", "update"], signal).catch(() => {});
  await run("apt-get", [...options, "-qq", "-y", "--no-install-recommends", "--download-only", "install", name], signal);
  const archives = join(cache, "archives");
  return readdirSync(archives)
    .filter((file) => file.endsWith(".deb"))
    .map((file) => join(archives, file));
}

/** Unpacks a package's files below `target`; runs none of its scripts. */
export const unpackPackage = (file: string, target: string, signal: AbortSignal): Promise<void> =>
  run("dpkg-deb", ["-x", file, target], signal);

function run(command: string, args: readonly string[], signal: AbortSignal): Promise<void> {
  const env = { ...process.env, LC_ALL: "C", DEBIAN_FRONTEND: "noninteractive" };
  return runToEnd(command, args, { env, signal, limitMs: LIMIT_MS });
}
