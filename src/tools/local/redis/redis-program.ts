import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** A Redis that can be run: its binary, and where its libraries are when the system does not know them. */
export interface RedisProgram {
  readonly path: string;
  readonly libraries: readonly string[];
  readonly about: string;
}

export const REDIS_NAMES = ["redis-server", "valkey-server"] as const;

/** The first Redis or Valkey in the folders of a PATH, or null. */
export function redisOnPath(path: string): RedisProgram | null {
  for (const name of REDIS_NAMES) {
    const found = path
      .split(delimiter)
      .filter((folder) => folder !== "")
      .map((folder) => join(folder, name))
      .find((file) => existsSync(file));
    if (found !== undefined) return { path: found, libraries: [], about: found };
  }
  return null;
}
