import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../context.ts";

const ALLOWED_HEADERS = "authorization, content-type, idempotency-key, if-match, tollgate-deadline-ms, x-api-key";
const EXPOSED_HEADERS = "etag, ratelimit, ratelimit-policy, retry-after, server-timing, x-request-id";
const PREFLIGHT_SECONDS = "600";

/**
 * Lets scripts of listed origins call; nobody else's, and by default the list is empty. Cookies are never allowed: a caller shows a key.
 * @param methodsAt what is taken at a path
 */
export function cors(methodsAt: (path: string) => readonly string[]) {
  return createMiddleware<AppEnv>(async (c, next) => {
    const { corsOrigins } = c.get("services").surface;
    if (corsOrigins.size === 0) return next();
    const origin = c.req.header("origin");
    const isAllowed = origin !== undefined && corsOrigins.has(origin);
    const isPreflight = c.req.method === "OPTIONS" && c.req.header("access-control-request-method") !== undefined;
    if (isAllowed && isPreflight) {
      c.res = new Response(null, {
        status: 204,
        headers: {
          "access-control-allow-methods": methodsAt(c.req.path).join(", "),
          "access-control-allow-headers": ALLOWED_HEADERS,
          "access-control-max-age": PREFLIGHT_SECONDS,
        },
      });
    } else await next();
    const { headers } = c.res;
    headers.append("vary", "Origin");
    if (!isAllowed) return;
    headers.set("access-control-allow-origin", origin);
    headers.set("access-control-expose-headers", EXPOSED_HEADERS);
  });
}
