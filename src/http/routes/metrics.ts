import { EXPOSITION_TYPE, renderMetrics } from "../../core/metrics/exposition.ts";
import { collectMetrics } from "../../pipeline/collect-metrics.ts";
import { answerProblem } from "../problem.ts";
import type { Route } from "../route.ts";

export const metrics: Route = {
  method: "get",
  path: "/metrics",
  verb: null,
  tag: "service",
  summary: "Counters and states for Prometheus",
  description: "Asks for the metrics key as a bearer token (`METRICS_KEY`); without one set, nothing is served here.",
  answers: { 200: { description: "Prometheus text format 0.0.4" } },
  handle: async (c) => {
    const services = c.get("services");
    const { isKey } = services.metrics;
    if (isKey === null)
      return answerProblem(c, { status: 404, code: "no_route", detail: "no metrics are served here: `METRICS_KEY` is not set" });
    const shown = /^Bearer (\S{1,512})$/.exec(c.req.header("authorization") ?? "")?.[1];
    if (shown === undefined || !(await isKey(shown))) {
      c.header("www-authenticate", 'Bearer realm="metrics"');
      return answerProblem(c, { status: 401, code: "no_metrics_key", detail: "show the metrics key as `Authorization: Bearer …`" });
    }
    const samples = await collectMetrics(services, (work) => c.executionCtx.waitUntil(work));
    return c.body(renderMetrics(samples), 200, { "content-type": EXPOSITION_TYPE, "cache-control": "no-store" });
  },
};
