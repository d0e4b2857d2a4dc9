import type { Context } from "hono";
import type { Verb } from "../../core/access/permission.ts";
import { networkKeyOf } from "../../core/address/network-key.ts";
import { parseAddress } from "../../core/address/parse-address.ts";
import type { AuditTarget } from "../../core/audit/entry.ts";
import type { Services } from "../../pipeline/services.ts";
import { callerAddress } from "../caller-address.ts";
import type { AppEnv, Caller } from "../context.ts";
import type { Route } from "../route.ts";
import { routePattern, UNMATCHED } from "../route-pattern.ts";
import type { Step } from "../step.ts";

/** Verbs whose answer is somebody's personal data. */
const READS_PERSONAL_DATA: ReadonlySet<Verb> = new Set([
  "decisions.read",
  "evidence.read",
  "evidence.export",
  "audit.read",
  "users.read",
  "reports.read",
]);
const AUTHENTICATION = "/api/v1/auth/";

/**
 * Notes who asked what with which result: requests, attempts to authenticate, refused accesses, reads of personal data. After the answer and without
 * a round trip; what anyone may read (health, docs) is left out.
 */
export function auditRequests(routesOf: () => readonly Route[]): Step {
  let byPattern: ReadonlyMap<string, Route> | null = null;
  const originOf = createOrigins();
  const after = (c: Context<AppEnv>): void => {
    const method = c.req.method.slice(0, 16);
    const pattern = routePattern(c);
    byPattern ??= new Map(routesOf().map((route) => [`${route.method.toUpperCase()} ${route.path}`, route]));
    const route = byPattern.get(`${method} ${pattern}`);
    if (method === "OPTIONS" || (route?.verb === null && method === "GET")) return;
    const services = c.get("services");
    const caller: Caller | undefined = c.get("caller");
    const { status } = c.res;
    const isUnheard = status === 400 && caller === undefined && route?.verb !== null;
    if (pattern === UNMATCHED || isUnheard) {
      // Anyone may ask for anything, and is refused for its address alone (a card number, a NUL) before its key is read: counted by network, and no row
      // of the chain.
      const { network } = originOf(services, callerAddress(c));
      const call = { atMs: services.clock(), network: network ?? "unknown", isLimited: status === 429, requestId: c.get("requestId") };
      services.audit.trail.noteUnmatched(call, (work) => c.executionCtx.waitUntil(work));
      return;
    }
    const action = actionOf(status, pattern, caller === undefined ? null : (route?.verb ?? null));
    const entry = {
      id: services.newId(),
      atMs: services.clock(),
      world: caller?.world ?? ("live" as const),
      actor: { id: caller?.keyId ?? "anonymous", name: caller?.name ?? null, role: caller?.role ?? null },
      action,
      target: targetOf(c, action, `${method} ${pattern}`),
      success: status < 400,
      address: callerAddress(c)?.slice(0, 45) ?? null,
      requestId: c.get("requestId"),
      details: { status, route: `${method} ${pattern}`, ...originOf(services, callerAddress(c)) },
      personal: null,
    };
    services.audit.trail.note(entry, (work) => c.executionCtx.waitUntil(work));
  };
  return { after };
}

/** @param verb null where nobody may be said to have done it: an open route, or a caller that was not known */
function actionOf(status: number, pattern: string, verb: Verb | null): string {
  if (pattern.startsWith(AUTHENTICATION)) return `auth.${pattern.slice(AUTHENTICATION.length)}`;
  if (status === 401) return "auth.refused";
  if (status === 403) return "access.refused";
  if (status === 429) return "limit.refused";
  return verb !== null && READS_PERSONAL_DATA.has(verb) ? "personal_data.read" : "request";
}

interface Origin {
  readonly from?: string;
  readonly network?: string;
}
const MOST_ORIGINS = 256;

/** The caller's address and network as keyed digests: alike callers are found and counted without knowing them. Shops call from few addresses. */
function createOrigins(): (services: Services, address: string | null) => Origin {
  const known = new Map<string, Origin>();
  return ({ configOptions }, address) => {
    if (address === null) return {};
    const found = known.get(address);
    if (found !== undefined) return found;
    const parsed = parseAddress(address);
    if (parsed === null) return {};
    const digest = (text: string): string => `a_${configOptions.hash.hash64("ip", text)}`;
    const origin = { from: digest(parsed.countingKey), network: digest(networkKeyOf(parsed)) };
    if (known.size >= MOST_ORIGINS) known.clear();
    known.set(address, origin);
    return origin;
  };
}

/** Whose data was read, by the id in the path; anything else is about its route. */
function targetOf(c: Context<AppEnv>, action: string, route: string): AuditTarget {
  const [, kind, id] = /^\/api\/(?:v1|admin)\/([a-z-]+?)s?\/([^/]{1,200})(?:\/|$)/.exec(c.req.path) ?? [];
  if (action !== "personal_data.read" || kind === undefined || id === undefined) return { kind: "route", id: route, isPersonal: false };
  return { kind: kind.replaceAll("-", "_"), id: decoded(id), isPersonal: false };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
