import type { Context } from "hono";
import { networkKeyOf } from "../../core/address/network-key.ts";
import { parseAddress } from "../../core/address/parse-address.ts";
import { classOfVerb, type LimitClass, passesUncounted } from "../../core/limits/limit-class.ts";
import { limitedBy } from "../../core/limits/limited.ts";
import { rateLimitFields } from "../../core/limits/rate-limit-fields.ts";
import { callerAddress } from "../caller-address.ts";
import type { AppEnv, Caller, CallLimit } from "../context.ts";
import { LIMIT_UNKNOWN, problemOfLimit } from "../limit-problem.ts";
import { answerProblem, type Problem } from "../problem.ts";
import type { Route } from "../route.ts";
import type { Step } from "../step.ts";

/**
 * Holds callers without a credential to the limit of their address: before an open route is served, after a credential was refused; look-ups of keys
 * that nobody knows are counted before (`countLookUp`). While Redis is away they pass.
 */
export const limitAddress = (route: Pick<Route, "verb" | "counts">): Step => ({
  before(c) {
    const limit = begin(c, null, route);
    return route.verb === null && route.counts !== "itself" ? refuseOver(c, limit) : null;
  },
  after(c) {
    // A caller that is known has limits of its own, and they are told.
    if (route.verb !== null && c.get("caller") !== undefined) return;
    const limit = c.get("limit");
    const isRefused = route.verb !== null && (c.res.status === 401 || c.res.status === 403);
    if (isRefused) return countUncounted(c, limit);
    tell(c, limit);
  },
});

/**
 * Holds whoever asks for what is not served to the limit of its address and to that of the network around it (an IPv6 /48, an IPv4 /24), so that
 * other addresses of one's own do not help. Null lets it pass, also while Redis is away.
 */
export async function limitUnmatched(c: Context<AppEnv>): Promise<Response | null> {
  const limit = begin(c, null, { verb: null });
  const address = callerAddress(c);
  const parsed = address === null ? null : parseAddress(address);
  const around = parsed === null ? [] : limit.limited.map((one) => ({ ...one, id: networkKeyOf(parsed) }));
  const refused = await countCalls(c, 1, [...limit.limited, ...around]);
  return refused === null ? null : answerProblem(c, refused);
}

/**
 * Holds a verified caller to its limits. A route that counts itself (`counts`) does so with its own claim or by the number of its items; when it
 * answered before it could, the call counts as one.
 */
export const limitCaller = (route: Pick<Route, "verb" | "counts">): Step => ({
  before(c) {
    const limit = begin(c, c.get("caller"), route);
    return route.counts === "itself" ? null : refuseOver(c, limit);
  },
  after: (c) => countUncounted(c, c.get("limit")),
});

/** Counts this many calls in the caller's limits; the problem to answer with when they are refused. */
export async function countCalls(c: Context<AppEnv>, cost: number, limited = c.get("limit").limited): Promise<Problem | null> {
  const limit = c.get("limit");
  if (limited.length === 0) return null;
  const verdict = await c.get("services").limitCalls({ limited, cost });
  limit.verdict = verdict;
  if (verdict.kind === "refused") return problemOfLimit(verdict);
  return verdict.kind === "unknown" && !passesUncounted(limit.class) ? LIMIT_UNKNOWN : null;
}

/**
 * Counts one look-up of a key that nobody knows, apart from the calls of its address: a good key's first call costs that address nothing, and a bad
 * one counts as a call once it was refused. The problem to answer with when there were too many.
 */
export async function countLookUp(c: Context<AppEnv>): Promise<Problem | null> {
  const limit = c.get("limit");
  if (limit.limited.length === 0) return null;
  const limited = limit.limited.map((one) => ({ ...one, id: `unknown keys of ${one.id}` }));
  const verdict = await c.get("services").limitCalls({ limited, cost: 1 });
  if (verdict.kind !== "refused") return null;
  limit.verdict = verdict;
  return problemOfLimit(verdict);
}

function begin(c: Context<AppEnv>, caller: Caller | null, route: Pick<Route, "verb">): CallLimit {
  const limitClass = caller === null ? classOfVerb(null) : classOfCall(c, route);
  const limit: CallLimit = { class: limitClass, limited: limitedBy(caller, callerAddress(c), limitClass), verdict: null };
  c.set("limit", limit);
  return limit;
}

/** A list that is asked for as a file is an export, whatever its route's verb. */
function classOfCall(c: Context<AppEnv>, { verb }: Pick<Route, "verb">): LimitClass {
  const limitClass = classOfVerb(verb);
  return limitClass === "read" && c.req.query("format") === "csv" ? "export" : limitClass;
}

async function refuseOver(c: Context<AppEnv>, limit: CallLimit): Promise<Response | null> {
  const refused = await countCalls(c, 1);
  if (refused === null) return null;
  for (const [name, value] of fieldsOf(limit)) c.header(name, value);
  return answerProblem(c, refused);
}

function countUncounted(c: Context<AppEnv>, limit: CallLimit): void | Promise<void> {
  if (limit.verdict !== null) return tell(c, limit);
  return countCalls(c, 1).then((refused) => {
    if (refused !== null) {
      // Set anew: what the refused answer carried is not for this one.
      c.res = undefined;
      c.res = answerProblem(c, refused);
    }
    tell(c, limit);
  });
}

function tell(c: Context<AppEnv>, limit: CallLimit): void {
  for (const [name, value] of fieldsOf(limit)) c.res.headers.set(name, value);
}

const fieldsOf = ({ verdict }: CallLimit): [string, string][] => (verdict === null ? [] : Object.entries(rateLimitFields(verdict)));
