import type { Context } from "hono";
import type { Services } from "../../pipeline/services.ts";
import type { AppEnv } from "../context.ts";
import { createGate, type Gate } from "./create-gate.ts";

const PREFIX = "/gate";

/** The gate below `/gate` of the decision Worker: for trying it on a laptop, and for proxying without a Worker of its own. */
export function mountedGate(servicesOf: (env: unknown) => Services): (c: Context<AppEnv>) => Promise<Response> {
  let gate: Gate | null = null;
  return (c) => {
    gate ??= createGate(servicesOf(c.env).gate);
    const url = new URL(c.req.url);
    url.pathname = url.pathname.slice(PREFIX.length) || "/";
    return gate(new Request(url, c.req.raw), (work) => c.executionCtx.waitUntil(work));
  };
}
