import type { Limited } from "../../core/limits/limited.ts";
import type { Standing } from "../../core/limits/verdict.ts";
import type { DimensionHash } from "../../core/velocity/dimension-hash.ts";
import { SHARED_KEYS } from "./keys.ts";

/** The keys of limits. An address is personal data: it is hashed. */
export function limitKeys(limited: readonly Limited[], hash: DimensionHash): string[] {
  return limited.map(({ kind, id }) => SHARED_KEYS.limit(kind, kind === "address" ? hash.hash64("ip", id) : id));
}

/** What LIMIT_FUNCTIONS say of each limit; null when it is not that. */
export function readStandings(reply: unknown, count: number): Standing[] | null {
  if (!Array.isArray(reply) || reply.length !== 3 * count) return null;
  return Array.from({ length: count }, (_, index) => {
    const [taken, remaining, waitMs] = reply.slice(3 * index, 3 * index + 3);
    return { isAllowed: taken === 1, remaining: Number(remaining), waitMs: Number(waitMs) < 0 ? null : Number(waitMs) };
  });
}
