import { createGate, type Gate } from "./http/gate/create-gate.ts";
import { gatePartsOf } from "./wire/gate.ts";

/** One per isolate: a deployment's bindings do not change under it. */
let made: Gate | null = null;

/** The gate Worker: requests in, nothing else. */
export default {
  fetch(request, env, ctx) {
    // What no code can catch (memory, CPU time) meets the origin, not an error page; see the README for what this does not cover.
    ctx.passThroughOnException();
    made ??= createGate(gatePartsOf(env));
    return made(request, (work) => ctx.waitUntil(work));
  },
} satisfies ExportedHandler<unknown>;
