import { createMiddleware } from "hono/factory";
import type { ContentfulStatusCode, StatusCode } from "hono/utils/http-status";
import { readText } from "../byte-stream.ts";
import type { AppEnv } from "../context.ts";
import { answerProblem } from "../problem.ts";
import type { Route } from "../route.ts";

const CLAIM_BUDGET_MS = 2_000;
const STORE_BUDGET_MS = 5_000;
/** The body is kept in memory to be compared; imports above this are sent without a key. */
const MAX_BYTES = 8 << 20;
/** What a replayed answer keeps besides its body. */
const KEPT_HEADERS = ["content-type", "content-disposition", "location", "etag"] as const;
/** These have ids of their own (D2), or contents that are their id, which make a repeat find its first answer. */
const HAVE_IDS: ReadonlySet<string> = new Set([
  "/api/v1/analyze",
  "/api/v1/batch-analyze",
  "/api/v1/events",
  "/api/admin/evidence/{transaction}/files",
]);

/** Whether a route honours `Idempotency-Key`: every guarded one that writes and has no id of its own. */
export function takesIdempotencyKey(route: Pick<Route, "method" | "path" | "verb">): boolean {
  return route.verb !== null && route.method !== "get" && !HAVE_IDS.has(route.path);
}

/**
 * With an `Idempotency-Key`, the same call of the same caller has one effect in 24 h: repeats get the first answer (`idempotency-replayed: true`),
 * 409 while it is being made, 422 when key and request do not belong together, 503 when Redis cannot promise it. Server errors are not kept.
 */
export const idempotency = createMiddleware<AppEnv>(async (c, next) => {
  const key = c.req.header("idempotency-key");
  if (key === undefined) return next();
  if (!/^[\x21-\x7e]{1,255}$/.test(key))
    return answerProblem(c, {
      status: 422,
      code: "bad_idempotency_key",
      detail: "`Idempotency-Key` takes 1 to 255 visible ASCII characters, such as a UUID",
    });
  const text = await readText(c, MAX_BYTES);
  if (text === null)
    return answerProblem(c, {
      status: 413,
      code: "body_too_large",
      detail: `with an \`Idempotency-Key\` a body has at most ${MAX_BYTES} bytes`,
    });

  const { idempotency: store, newId, log } = c.get("services");
  const caller = c.get("caller");
  const url = new URL(c.req.url);
  const call = {
    scope: `${caller.world}\n${caller.keyId}`,
    key,
    request: [c.req.method, url.pathname, url.search, c.req.header("if-match") ?? "", text].join("\n"),
  };
  const claimed = await store.claim(call, newId(), CLAIM_BUDGET_MS);
  if (!claimed.ok)
    return answerProblem(c, {
      status: 503,
      code: "unavailable",
      detail: "what `Idempotency-Key` promises cannot be kept right now, so nothing was done: try again",
      retryAfterSeconds: 1,
    });
  switch (claimed.value.kind) {
    case "in_flight":
      return answerProblem(c, {
        status: 409,
        code: "in_flight",
        detail: "a call with this `Idempotency-Key` is still being answered: repeat it",
        retryAfterSeconds: 1,
      });
    case "other_request":
      return answerProblem(c, {
        status: 422,
        code: "idempotency_key_reused",
        detail: "this `Idempotency-Key` was used before with another request: send a new one",
      });
    case "erased":
      return answerProblem(c, {
        status: 410,
        code: "answer_erased",
        detail: "the call was done before, and its answer was erased with the client it named: send a new `Idempotency-Key` to do it again",
      });
    case "replay": {
      const { status, headers, body } = claimed.value.answer;
      const replayed = { ...headers, "idempotency-replayed": "true" };
      return body === "" ? c.body(null, status as StatusCode, replayed) : c.body(body, status as ContentfulStatusCode, replayed);
    }
    case "new":
      break;
  }

  await next();
  const isFinal = c.res.status < 500 && c.res.status !== 429;
  const headers = Object.fromEntries(KEPT_HEADERS.flatMap((name) => [[name, c.res.headers.get(name)]]).filter(([, value]) => value));
  const kept = isFinal
    ? await store.complete(call, { status: c.res.status, headers, body: await c.res.clone().text() }, STORE_BUDGET_MS)
    : await store.release(call, STORE_BUDGET_MS);
  // The effect is there and its answer goes out; only a repeat would find the key still in flight.
  if (!kept.ok) log("idempotency_not_kept", { request_id: c.get("requestId"), reason: kept.error.reason });
});
