import type { Result } from "../../../core/result.ts";
import { ok } from "../../../core/result.ts";
import { CACHE } from "../repository.ts";
import { type RedisProgram, redisOnPath } from "./redis-program.ts";
import { unpackedRedis } from "./unpacked-redis.ts";

/** The Redis on PATH, else one unpacked from the system's packages; the error says why there is neither. */
export async function findRedis(announce: (line: string) => void, signal: AbortSignal): Promise<Result<RedisProgram, string>> {
  const installed = redisOnPath(process.env.PATH ?? "");
  return installed === null ? unpackedRedis(CACHE, announce, signal) : ok(installed);
}
