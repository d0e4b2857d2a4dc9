import type { Context } from "hono";
import { isExpirySoon } from "../core/access/key-life.ts";
import type { Verb } from "../core/access/permission.ts";
import { err, ok, type Result } from "../core/result.ts";
import { callDeadline } from "./call-deadline.ts";
import { callerOfClaims } from "./caller-of-claims.ts";
import type { AppEnv, Caller } from "./context.ts";
import { LIMIT_UNKNOWN } from "./limit-problem.ts";
import { countLookUp } from "./middleware/limit.ts";
import type { Problem } from "./problem.ts";

/** Verbs that a credential confirmed a while ago may still do while no store can confirm it (D7). */
const OPEN_UNCONFIRMED: ReadonlySet<Verb> = new Set(["decide", "events.append"]);

const SENTENCES = {
  key_malformed: "the key is not a key of this service: look for a missing or changed character",
  key_unknown: "the key is not known",
  key_expired: "the key has expired: ask an admin for a new one",
  key_revoked: "the key was revoked: ask an admin for a new one",
  token_malformed: "the token in `Authorization` is not a token of this service",
  token_expired: "the token has expired: refresh it, or sign in again",
  token_revoked: "the token was revoked: sign in again",
} as const;

/** Finds out who calls: an API key in `X-API-Key` or as a bearer token, or an access token. For a verb, since not every verb may go on unconfirmed. */
export async function authenticate(c: Context<AppEnv>, verb: Verb): Promise<Result<Caller, Problem>> {
  const key = c.req.header("x-api-key");
  const authorization = c.req.header("authorization");
  if (key !== undefined && authorization !== undefined)
    return err({ status: 400, code: "two_credentials", detail: "send `X-API-Key` or `Authorization`, not both" });
  if (key !== undefined) return callerOfKey(c, key, verb);
  if (authorization === undefined)
    return err({ status: 401, code: "no_key", detail: "send an API key in the header `X-API-Key`, or a token as `Authorization: Bearer`" });
  const bearer = /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? "";
  return bearer.startsWith("tg_") ? callerOfKey(c, bearer, verb) : callerOfToken(c, bearer, verb);
}

async function callerOfKey(c: Context<AppEnv>, text: string, verb: Verb): Promise<Result<Caller, Problem>> {
  const services = c.get("services");
  let limited: Problem | null = null;
  const verdict = await services.verifyKey(text, {
    coldBudgetMs: callDeadline(c, verb).leftMs(),
    waitUntil: (work) => c.executionCtx.waitUntil(work),
    // A key that is not known is counted for its address before Postgres is asked.
    admit: async () => {
      limited = await countLookUp(c);
      return limited === null;
    },
  });
  if (verdict.kind === "not_admitted") return err(limited ?? LIMIT_UNKNOWN);
  if (verdict.kind === "invalid") return refused(`key_${verdict.reason}`);
  if (verdict.kind === "unavailable" || (!verdict.isConfirmed && !OPEN_UNCONFIRMED.has(verb)))
    return unavailable("keys_unavailable", "no store can confirm the key right now: try again");
  const { id, name, role, world, scopes, requestsPerMinute, expiresAtMs } = verdict.key;
  if (expiresAtMs !== null && isExpirySoon(expiresAtMs, services.clock()))
    c.header("tollgate-key-expires", new Date(expiresAtMs).toISOString());
  return ok({
    keyId: id,
    kind: "key",
    sessionId: null,
    name,
    role,
    scopes,
    world,
    requestsPerMinute,
    degraded: verdict.isConfirmed ? [] : ["keys"],
  });
}

async function callerOfToken(c: Context<AppEnv>, text: string, verb: Verb): Promise<Result<Caller, Problem>> {
  const verdict = await c.get("services").verifyToken(text, {
    confirmed: OPEN_UNCONFIRMED.has(verb) ? "recently" : "always",
    coldBudgetMs: callDeadline(c, verb).leftMs(),
  });
  if (verdict.kind === "invalid") return refused(`token_${verdict.reason}`);
  if (verdict.kind === "unavailable")
    return unavailable("sessions_unavailable", "no store can say whether the token was revoked: try again");
  return ok(callerOfClaims(verdict.claims, verdict.isConfirmed ? [] : ["keys"]));
}

const refused = (code: keyof typeof SENTENCES): Result<never, Problem> => err({ status: 401, code, detail: SENTENCES[code] });

const unavailable = (code: string, detail: string): Result<never, Problem> => err({ status: 503, code, detail, retryAfterSeconds: 1 });
