import * as z from "zod";
import { changeOwnPassword, OwnPasswordCall } from "../../../backoffice/me/change-own-password.ts";
import { findSelf } from "../../../backoffice/me/me-deps.ts";
import { endOwnSession, listOwnSessions } from "../../../backoffice/me/own-sessions.ts";
import { includesVerb } from "../../../core/access/grant.ts";
import { ROLES, STAFF_ROLES, VERBS } from "../../../core/access/permission.ts";
import { VERSION } from "../../../core/product.ts";
import { readJson } from "../../json-body.ts";
import { answerProblem } from "../../problem.ts";
import type { Route } from "../../route.ts";
import { staffContextOf } from "../../staff-context.ts";
import { answerMeRefusal, meDepsOf } from "./me-calls.ts";

const SecondFactorAnswer = z.object({ enabled: z.boolean(), required: z.boolean(), recovery_codes_left: z.int() });
const MeAnswer = z.object({
  id: z.string(),
  kind: z.enum(["key", "user"]),
  name: z.string(),
  role: z.enum(ROLES),
  /** What this credential may do: the verbs of its role, narrowed to its scopes. */
  verbs: z.array(z.enum(VERBS)),
  world: z.enum(["live", "test"]),
  currency: z.string(),
  time_zone: z.string(),
  version: z.string(),
  /** Null for a key. */
  session_id: z.string().nullable(),
  second_factor: SecondFactorAnswer.nullable(),
});

const whoAmI: Route = {
  method: "get",
  path: "/api/v1/me",
  verb: "self.read",
  tag: "me",
  summary: "Who am I, and what may I do",
  answers: { 200: { description: "The caller", schema: MeAnswer } },
  handle: async (c) => {
    const services = c.get("services");
    const caller = c.get("caller");
    const user = caller.kind === "user" ? await findSelf(meDepsOf(services, caller)) : null;
    if (user !== null && !user.ok) return answerMeRefusal(c, user.error);
    const secondFactor = user && {
      enabled: user.value.secondFactor?.isConfirmed === true,
      required: STAFF_ROLES.some((role) => role === caller.role) && services.auth.secondFactor.requiredOf.has(caller.role),
      recovery_codes_left: user.value.recoveryCodesLeft,
    };
    const answer: z.infer<typeof MeAnswer> = {
      id: caller.keyId,
      kind: caller.kind,
      name: caller.name,
      role: caller.role,
      verbs: VERBS.filter((verb) => includesVerb(services.permissions, caller, verb)),
      world: caller.world,
      currency: services.eventSettings.currency.code,
      time_zone: services.configOptions.timeZone,
      version: VERSION,
      session_id: caller.sessionId,
      second_factor: secondFactor,
    };
    return c.json(answer);
  },
};

const putPassword: Route = {
  method: "put",
  path: "/api/v1/me/password",
  verb: "self.manage",
  tag: "me",
  summary: "Change my password by the old one; ends my other sessions",
  body: OwnPasswordCall,
  answers: { 200: { description: "It is changed", schema: z.object({ changed: z.literal(true), ended_sessions: z.int() }) } },
  handle: async (c) => {
    const body = await readJson(c);
    if (!body.ok) return answerProblem(c, body.error);
    const changed = await changeOwnPassword(meDepsOf(c.get("services"), c.get("caller")), staffContextOf(c), body.value);
    return changed.ok ? c.json({ changed: true, ended_sessions: changed.value.ended.length }) : answerMeRefusal(c, changed.error);
  },
};

const SessionAnswer = z.object({
  id: z.string(),
  created_at: z.string(),
  /** When it was last refreshed. */
  used_at: z.string(),
  expires_at: z.string(),
  /** The session of the token that asks. */
  current: z.boolean(),
});

const sessions: Route = {
  method: "get",
  path: "/api/v1/me/sessions",
  verb: "self.manage",
  tag: "me",
  summary: "My sessions, newest first",
  answers: { 200: { description: "The sessions", schema: z.object({ sessions: z.array(SessionAnswer) }) } },
  handle: async (c) => {
    const caller = c.get("caller");
    const listed = await listOwnSessions(meDepsOf(c.get("services"), caller), staffContextOf(c));
    if (!listed.ok) return answerMeRefusal(c, listed.error);
    const iso = (ms: number): string => new Date(ms).toISOString();
    return c.json({
      sessions: listed.value.map(({ id, createdAtMs, usedAtMs, expiresAtMs }) => ({
        id,
        created_at: iso(createdAtMs),
        used_at: iso(usedAtMs),
        expires_at: iso(expiresAtMs),
        current: id === caller.sessionId,
      })),
    });
  },
};

const endSession: Route = {
  method: "delete",
  path: "/api/v1/me/sessions/{id}",
  verb: "self.manage",
  tag: "me",
  summary: "End one of my sessions at once, and forget its device",
  answers: { 200: { description: "It is over", schema: z.object({ id: z.string(), ended: z.literal(true) }) } },
  handle: async (c) => {
    const deps = meDepsOf(c.get("services"), c.get("caller"));
    const ended = await endOwnSession(deps, staffContextOf(c), { id: c.req.param("id") });
    return ended.ok ? c.json({ id: ended.value.id, ended: true }) : answerMeRefusal(c, ended.error);
  },
};

export const meRoutes: readonly Route[] = [whoAmI, putPassword, sessions, endSession];
