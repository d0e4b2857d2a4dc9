import type { Context, MiddlewareHandler } from "hono";
import type { GateMode } from "../../core/gate/mode.ts";
import type { AssetRule, PathModes } from "../../core/gate/policy.ts";
import type { WaitUntil } from "../../pipeline/gate/gate-lists.ts";
import type { GateParts } from "../../pipeline/gate/gate-parts.ts";
import { createGate, type Gate } from "./create-gate.ts";

export interface FraudGateOptions {
  readonly mode: GateMode;
  /** Modes of single paths: `{ "/checkout/*": "enforce" }`. */
  readonly paths?: PathModes;
  /** Whether static assets that are read are skipped, which is the default. */
  readonly assets?: AssetRule;
  /** `gatePartsOf` of src/wire/gate.ts: makes the parts from the app's bindings, once. */
  readonly partsOf: (
    env: unknown,
    settings: { readonly mode: GateMode; readonly paths: PathModes; readonly assets: AssetRule },
  ) => GateParts;
}

/**
 * The gate as a middleware of a Hono app of your own: listed visitors meet it first, and handlers read `x-tollgate-address` and
 * `x-tollgate-context` from the request. Put it before what reads the body.
 */
export function fraudGate({ mode, paths = {}, assets = "skip", partsOf }: FraudGateOptions): MiddlewareHandler {
  let gate: Gate | null = null;
  return async (c, next) => {
    gate ??= createGate(partsOf(c.env, { mode, paths, assets }));
    let isPassed = false;
    const answer = await gate(c.req.raw, waitUntilOf(c), async (request) => {
      isPassed = true;
      c.req.raw = request;
      await next();
      return c.res;
    });
    if (isPassed && c.res === answer) return;
    // Hono merges the headers of an answer that is there into one that takes its place, unless it is taken away first.
    c.res = undefined;
    c.res = answer;
  };
}

/** Outside of Workers nobody ends work that outlasts its answer. */
function waitUntilOf(c: Context): WaitUntil {
  try {
    const { executionCtx } = c;
    return (work) => executionCtx.waitUntil(work);
  } catch {
    return () => {};
  }
}
