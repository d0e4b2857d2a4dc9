import type { Context } from "hono";
import type { Services } from "../../pipeline/services.ts";
import type { AppEnv } from "../context.ts";
import { createGate, type Gate } from "./create-gate.ts";

/** The gate below `/gate` of the decision Worker: for trying it on a laptop, and for proxying without a Worker of its own. */
export function mountedGate(servicesOf: (env: unknown) => Services): (c: Context<AppEnv>) => Promise<Response> {
  let gate: Gate | null = null;
  return (c) => {
    gate ??= createGate(servicesOf(c.env).gate);
    const url = new URL(c.req.url);
    // The router matches decoded paths: `/%67ate/x` arrives here, too.
    const { pathname } = url;
    const end = pathname.indexOf("/", 1);
    url.pathname = end < 0 ? "/" : pathname.slice(end);
    return gate(new Request(url, c.req.raw), (work) => c.executionCtx.waitUntil(work));
  };
}
