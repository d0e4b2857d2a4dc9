import { type RefusedCall, retryAfterSeconds } from "../core/limits/verdict.ts";
import { WINDOW_SECONDS } from "../core/limits/window.ts";
import type { Problem } from "./problem.ts";

/** Over a limit: 429 with the time after which the same call passes. */
export function problemOfLimit({ call, standings }: RefusedCall): Problem {
  const wait = retryAfterSeconds(standings);
  const { kind, perMinute } = call.limited[standings.findIndex(({ isAllowed }) => !isAllowed)] ?? { kind: "key", perMinute: 0 };
  const whose = `${perMinute} calls a minute of this ${kind}`;
  return {
    status: 429,
    code: "rate_limited",
    detail:
      wait === null
        ? `${call.cost} calls at once never fit into the ${whose}: send smaller batches`
        : `over the ${whose}: try again in ${wait} s, and see \`RateLimit\` for what is left`,
    retryAfterSeconds: wait ?? WINDOW_SECONDS,
  };
}

/** Nobody can say how many calls there were, and this one can wait. */
export const LIMIT_UNKNOWN: Problem = {
  status: 503,
  code: "limits_unavailable",
  detail: "calls cannot be counted right now, and this one asks for much at once: try again",
  retryAfterSeconds: 1,
};
