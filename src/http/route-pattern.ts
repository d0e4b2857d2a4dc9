import type { Context } from "hono";
import { routePath } from "hono/route";
import type { AppEnv } from "./context.ts";

/** Of a request that no route takes. */
export const UNMATCHED = "unmatched";

/** The pattern of the route that was asked for (`/api/v1/decisions/{id}`), never its values; `unmatched` where nothing is served. */
export function routePattern(c: Context<AppEnv>): string {
  const known = c.get("route");
  if (known !== undefined) return known.path;
  // The last match is the route's own handler; what stands before it are middlewares.
  const path = routePath(c, -1);
  return path === "" || path.endsWith("*") ? UNMATCHED : path.replace(/:(\w+)/g, "{$1}");
}
