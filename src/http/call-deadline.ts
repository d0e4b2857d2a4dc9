import type { Context } from "hono";
import type { Verb } from "../core/access/permission.ts";
import { createDeadline, type Deadline } from "../pipeline/budget.ts";
import type { AppEnv } from "./context.ts";

/** For calls that promise no deadline of their own. */
const UNHURRIED_MS = 5_000;

/** When a call's answer is due, from its arrival. A caller may shorten a decision's deadline by `Tollgate-Deadline-Ms`, never lengthen it. */
export function callDeadline(c: Context<AppEnv>, verb: Verb | null): Deadline {
  const { clock, budgets } = c.get("services");
  if (verb !== "decide") return createDeadline(clock, c.get("startMs"), UNHURRIED_MS);
  const asked = Number(c.req.header("tollgate-deadline-ms"));
  const lengthMs = Number.isFinite(asked) && asked >= 1 ? Math.min(asked, budgets.deadlineMs) : budgets.deadlineMs;
  return createDeadline(clock, c.get("startMs"), lengthMs);
}
