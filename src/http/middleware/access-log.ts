import { callerAddress } from "../caller-address.ts";
import type { Caller } from "../context.ts";
import { routePattern } from "../route-pattern.ts";
import type { Step } from "../step.ts";

/** One record and one count per request: what was asked, by whom, with which answer. Never the path's values, the query or a header. */
export const accessLog: Step = {
  after(c) {
    const services = c.get("services");
    const caller: Caller | undefined = c.get("caller");
    const answered = {
      method: c.req.method.slice(0, 16),
      route: routePattern(c),
      status: c.res.status,
      ms: services.clock() - c.get("startMs"),
    };
    services.metrics.meter.count(answered);
    services.metrics.meter.flushWhenDue((work) => c.executionCtx.waitUntil(work));
    services.log("request", {
      request_id: c.get("requestId"),
      ...answered,
      key_id: caller?.keyId ?? null,
      role: caller?.role ?? null,
      ip_address: callerAddress(c)?.slice(0, 45) ?? null,
    });
  },
};
