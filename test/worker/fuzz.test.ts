import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PERMISSIONS } from "../../src/core/access/permission.ts";
import { ROUTES } from "../../src/http/app.ts";
import type { Route } from "../../src/http/route.ts";
import { type Credential, type HostileRequest, hostileRequests } from "../support/fuzz/hostile-requests.ts";
import { type ServedService, serveService } from "../support/fuzz/served-service.ts";

/** Requests to each route. */
const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 500);
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_120);
const AT_ONCE = 24;
const METRICS_KEY = "metrics-key-of-at-least-32-characters";

let service: ServedService;
/** A person's token: a key has no account of its own. */
let token: string;
beforeAll(async () => {
  service = await serveService({ METRICS_KEY, LOG_LEVEL: "error" });
  token = await signIn();
}, 180_000);
afterAll(() => service.stop());

describe.each(ROUTES.map((route) => [`${route.method} ${route.path}`, route] as const))("%s", (_, route) => {
  test(`refuses ${REQUESTS} hostile requests with a problem or takes them, and never breaks`, { timeout: 300_000 }, async () => {
    const requests = fc.sample(hostileRequests(route, credentialFor(route)), { numRuns: REQUESTS, seed: SEED });
    const faults: string[] = [];
    const statuses = new Map<number, number>();
    await inParallel(requests, async (request) => {
      const { status, fault } = await send(request);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (fault !== null) faults.push(`${fault}: ${describeRequest(request)}`);
    });
    expect(faults.slice(0, 5), `${faults.length} of ${REQUESTS} requests`).toEqual([]);
    // Most got past the door: what was tried is the route, not its lock.
    const refused = (statuses.get(401) ?? 0) + (statuses.get(403) ?? 0) + (statuses.get(429) ?? 0);
    expect(refused, JSON.stringify([...statuses])).toBeLessThan(isSignIn(route) ? REQUESTS : REQUESTS / 5);
  });
});

/** Its answer to a wrong password or signature is a 401, or a 429 after a few; a person has 1,000 calls a minute for all routes of their own. */
const isSignIn = (route: Route): boolean => ["auth", "hooks", "me"].includes(route.tag);

async function signIn(): Promise<string> {
  const person = { username: "fuzzer", password: "a long enough pass phrase" };
  const post = (path: string, headers: Record<string, string>, body: unknown): Promise<Response> =>
    fetch(`${service.origin}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  await post("/api/admin/users", { "x-api-key": service.keys.admin }, { ...person, role: "admin" });
  const answer = await post("/api/v1/auth/token", {}, { ...person, grant_type: "password" });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { access_token: string }).access_token;
}

function credentialFor(route: Route): Credential {
  if (route.path === "/metrics") return { header: "authorization", value: `Bearer ${METRICS_KEY}` };
  if (route.verb === "self.manage") return { header: "authorization", value: `Bearer ${token}` };
  const isAdmins = route.verb === null || PERMISSIONS.admin.has(route.verb);
  return { header: "x-api-key", value: isAdmins ? service.keys.admin : service.keys.api };
}

async function send({ method, target, headers, body }: HostileRequest): Promise<{ status: number; fault: string | null }> {
  const answer = await fetch(`${service.origin}${target}`, { method, headers, ...(body === null ? {} : { body }) });
  const text = await answer.text();
  return { status: answer.status, fault: faultOf(answer.status, answer.headers.get("content-type") ?? "", text) };
}

function faultOf(status: number, type: string, text: string): string | null {
  if (status >= 500) return `${status} ${text.slice(0, 200)}`;
  if (status < 400) return null;
  if (type !== "application/problem+json") return `${status} as ${type}`;
  const problem = JSON.parse(text) as Record<string, unknown>;
  const isProblem =
    problem.status === status && typeof problem.code === "string" && typeof problem.detail === "string" && problem.request_id !== "";
  return isProblem ? null : `${status} with ${text.slice(0, 200)}`;
}

function describeRequest({ method, target, headers, body }: HostileRequest): string {
  const { "x-api-key": _, authorization: __, ...told } = headers;
  const sent = typeof body === "string" ? body.slice(0, 600) : body === null ? "" : `bytes ${body.toString()}`;
  return `${method} ${target.slice(0, 300)} ${JSON.stringify(told)} ${sent}`;
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const item of queue) await work(item);
    }),
  );
}
