import * as z from "zod";
import { readStats } from "../../pipeline/read-stats.ts";
import { answerProblem } from "../problem.ts";
import { problemOfRefusal } from "../refusal.ts";
import type { Route } from "../route.ts";

const Stats = z.object({
  total_predictions: z.int(),
  fraud_detected: z.int(),
  fraud_rate: z.number(),
  last_prediction_time: z.string().nullable(),
  is_model_loaded: z.boolean(),
});

export const stats: Route = {
  method: "get",
  path: "/api/v1/stats",
  verb: "stats.read",
  tag: "decisions",
  summary: "How many decisions, how many of them blocked",
  description: "From durable storage: true across restarts and isolates. `fraud_rate` is a fraction of predictions.",
  answers: { 200: { description: "The statistics", schema: Stats } },
  handle: async (c) => {
    const read = await readStats(c.get("services"), c.get("caller").world);
    return read.ok ? c.json(read.value) : answerProblem(c, problemOfRefusal(read.error));
  },
};
