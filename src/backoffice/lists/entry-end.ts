import * as z from "zod";
import { err, ok, type Result } from "../../core/result.ts";
import { parseDuration } from "../../core/rules/literal.ts";

const LONGEST_MS = 10 * 365 * 86_400_000;

/** When an entry ends, as callers say it: a time, or how long from now. */
export const EndTime = z.iso.datetime({ offset: true });
export const EndAfter = z.string().regex(/^\d{1,9}[smhd]$/, "must be a duration such as `24h` or `7d`");

export interface EndFault {
  readonly code: string;
  readonly path: string;
  readonly message: string;
}

/** The end in epoch milliseconds, null for none; a fault for one that is over, too far, or said twice. */
export function readEnd(
  said: { readonly at: string | null | undefined; readonly after: string | undefined; readonly atPath: string },
  nowMs: number,
): Result<number | null, EndFault> {
  if (typeof said.at === "string" && said.after !== undefined)
    return err({ code: "two_ends", path: "for", message: `say \`for\` or \`${said.atPath}\`, not both` });
  if (said.after !== undefined) {
    const lengthMs = parseDuration(said.after) ?? 0;
    if (lengthMs <= 0 || lengthMs > LONGEST_MS)
      return err({ code: "bad_duration", path: "for", message: "must be more than 0 and at most ten years" });
    return ok(nowMs + lengthMs);
  }
  if (said.at === null || said.at === undefined) return ok(null);
  const endMs = Date.parse(said.at);
  if (!(endMs > nowMs && endMs <= nowMs + LONGEST_MS))
    return err({ code: "bad_end", path: said.atPath, message: "must be in the future, and at most ten years from now" });
  return ok(endMs);
}
