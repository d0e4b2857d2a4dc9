import * as z from "zod";

const BlockGuard = z.strictObject({ seq: z.int().positive(), untilMs: z.number() });
/** Set while a ruleset blocks more than `policy.maxBlockRate`: of the version `seq`, until a time (epoch ms) unless it is set again. */
export type BlockGuard = z.infer<typeof BlockGuard>;

export function writeBlockGuard(guard: BlockGuard): string {
  return JSON.stringify(guard);
}

/** The guard that holds back blocks of a version now; null for none, for one of another version, and for what is damaged. */
export function readBlockGuard(text: string | null, seq: number, nowMs: number): BlockGuard | null {
  if (text === null) return null;
  try {
    const guard = BlockGuard.safeParse(JSON.parse(text));
    return guard.success && guard.data.seq === seq && guard.data.untilMs > nowMs ? guard.data : null;
  } catch {
    return null;
  }
}
