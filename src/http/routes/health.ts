import * as z from "zod";
import { VERSION } from "../../core/product.ts";
import { checkHealth } from "../../pipeline/check-health.ts";
import type { Route } from "../route.ts";

const Part = z.object({
  status: z.enum(["up", "down", "loading", "none"]),
  detail: z.string().optional(),
  round_trip_ms: z.number().optional(),
});
/** What `GET /health` answers. */
export const Health = z.object({
  status: z.enum(["healthy", "degraded", "unhealthy"]),
  timestamp: z.string(),
  version: z.string(),
  is_model_loaded: z.boolean(),
  parts: z.record(z.string(), Part),
  versions: z.object({
    seq: z.number().nullable(),
    ruleset: z.string().nullable(),
    features: z.string().nullable(),
    model: z.string().nullable(),
  }),
});

export type Health = z.infer<typeof Health>;

export const health: Route = {
  method: "get",
  path: "/health",
  verb: null,
  tag: "service",
  summary: "The state of each part",
  description: "503 when it cannot decide; a part that is degraded or still loading is named with 200.",
  answers: { 200: { description: "It decides", schema: Health }, 503: { description: "It cannot decide", schema: Health } },
  handle: async (c) => {
    const services = c.get("services");
    const report = await checkHealth(services, (work) => c.executionCtx.waitUntil(work));
    c.header("cache-control", "no-store");
    const parts = Object.entries(report.parts).map(([name, { roundTripMs, ...part }]) => {
      return [name, roundTripMs === undefined ? part : { ...part, round_trip_ms: roundTripMs }] as const;
    });
    return c.json(
      { ...report, parts: Object.fromEntries(parts), timestamp: new Date(services.clock()).toISOString(), version: VERSION },
      report.status === "unhealthy" ? 503 : 200,
    );
  },
};
