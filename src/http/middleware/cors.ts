import type { Context } from "hono";
import type { AppEnv } from "../context.ts";
import type { Step } from "../step.ts";

const ALLOWED_HEADERS = "authorization, content-type, idempotency-key, if-match, tollgate-deadline-ms, x-api-key";
const EXPOSED_HEADERS = "etag, ratelimit, ratelimit-policy, retry-after, server-timing, x-request-id";
const PREFLIGHT_SECONDS = "600";

/**
 * Lets scripts of listed origins call; nobody else's, and by default the list is empty. Cookies are never allowed: a caller shows a key.
 * @param methodsAt what is taken at a path
 */
export function cors(methodsAt: (path: string) => readonly string[]): Step {
  return {
    before(c) {
      const isPreflight = c.req.method === "OPTIONS" && c.req.header("access-control-request-method") !== undefined;
      if (!isPreflight || allowedOrigin(c) === null) return null;
      const headers = new Headers({
        "access-control-allow-methods": methodsAt(c.req.path).join(", "),
        "access-control-allow-headers": ALLOWED_HEADERS,
        "access-control-max-age": PREFLIGHT_SECONDS,
      });
      nameOrigin(c, headers);
      return new Response(null, { status: 204, headers });
    },
    after: (c) => {
      if (c.get("services").surface.corsOrigins.size > 0) nameOrigin(c, c.res.headers);
    },
  };
}

function nameOrigin(c: Context<AppEnv>, headers: Headers): void {
  headers.append("vary", "Origin");
  const origin = allowedOrigin(c);
  if (origin === null) return;
  headers.set("access-control-allow-origin", origin);
  headers.set("access-control-expose-headers", EXPOSED_HEADERS);
}

function allowedOrigin(c: Context<AppEnv>): string | null {
  const origin = c.req.header("origin");
  return origin !== undefined && c.get("services").surface.corsOrigins.has(origin) ? origin : null;
}
