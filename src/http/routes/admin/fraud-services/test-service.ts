import * as z from "zod";
import { TestCall, testCheck } from "../../../../backoffice/external-checks/test-check.ts";
import { CHECK_OUTCOMES } from "../../../../core/external-checks/check-outcome.ts";
import { readJson } from "../../../json-body.ts";
import { answerProblem } from "../../../problem.ts";
import type { Route } from "../../../route.ts";
import { staffContextOf } from "../../../staff-context.ts";
import { problemOfStaffRefusal } from "../../../staff-refusal.ts";
import { serviceDepsOf } from "./service-deps.ts";

const NOT_REACHED: ReadonlySet<string> = new Set(["timeout", "unreachable", "internal_address", "no_secret"]);

export const testService: Route = {
  method: "post",
  path: "/api/admin/fraud-services/{id}/test",
  verb: "services.test",
  tag: "services",
  summary: "Ask an external service once: can it be reached, how fast is it, is its answer of the expected shape",
  description:
    "Asks for real, also while it is switched off or its breaker is open, and waits up to 5 s. `event` holds fields of a transaction.",
  body: TestCall,
  answers: {
    200: {
      description: "What it showed",
      schema: z.object({
        reachable: z.boolean(),
        outcome: z.enum(CHECK_OUTCOMES),
        http_status: z.int().nullable(),
        latency_ms: z.number(),
        within_budget: z.boolean(),
        /** Null when there was no answer to look at. */
        expected_shape: z.boolean().nullable(),
        /** Paths at which the answer lacks a value or has one of another type. */
        misshapen: z.array(z.string()),
        values: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).nullable(),
      }),
    },
  },
  handle: async (c) => {
    const body = await readJson(c);
    if (!body.ok) return answerProblem(c, body.error);
    const tried = await testCheck(serviceDepsOf(c.get("services")), staffContextOf(c), c.req.param("id") ?? "", body.value);
    if (!tried.ok) return answerProblem(c, problemOfStaffRefusal(tried.error));
    const { outcome, status, ms, isWithinBudget, hasExpectedShape, misshapen, values } = tried.value;
    return c.json({
      reachable: !NOT_REACHED.has(outcome),
      outcome,
      http_status: status,
      latency_ms: ms,
      within_budget: isWithinBudget,
      expected_shape: hasExpectedShape,
      misshapen: [...misshapen],
      values,
    });
  },
};
