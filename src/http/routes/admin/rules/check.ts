import * as z from "zod";
import { CheckCall, checkRules, testRules } from "../../../../backoffice/rules/check-rules.ts";
import { parseBody } from "../../../parse-body.ts";
import { answerProblem } from "../../../problem.ts";
import type { Route } from "../../../route.ts";
import { staffContextOf } from "../../../staff-context.ts";
import { FaultAnswer } from "./rule-answers.ts";
import { MAX_RULE_BYTES, ruleDepsOf } from "./rule-deps.ts";
import { problemOfRules } from "./rule-problem.ts";

const checkRoute: Route = {
  method: "post",
  path: "/api/admin/fraud-rules/check",
  verb: "rules.check",
  tag: "rules",
  summary: "Check rules as a publish would; what is left out is the draft's",
  body: CheckCall,
  answers: {
    200: {
      description: "What is wrong, and what is worth a look",
      schema: z.object({ ok: z.boolean(), faults: z.array(FaultAnswer), warnings: z.array(FaultAnswer), rules: z.int(), cost: z.number() }),
    },
  },
  handle: async (c) => {
    const call = await parseBody(c, CheckCall, MAX_RULE_BYTES);
    if (!call.ok) return answerProblem(c, call.error);
    const checked = await checkRules(ruleDepsOf(c.get("services")), staffContextOf(c), call.value);
    return checked.ok ? c.json(checked.value) : answerProblem(c, problemOfRules(checked.error));
  },
};

const Case = z.object({ file: z.string(), name: z.string(), failures: z.array(z.string()), faults: z.array(FaultAnswer) });
const testRoute: Route = {
  method: "post",
  path: "/api/admin/fraud-rules/test",
  verb: "rules.check",
  tag: "rules",
  summary: "Run the cases of the rules; what is left out is the draft's",
  body: CheckCall,
  answers: {
    200: {
      description: "Each case with what was not as it says",
      schema: z.object({
        passed: z.int(),
        failed: z.int(),
        cases: z.array(Case),
        faults: z.array(FaultAnswer),
        uncovered: z.array(z.string()),
      }),
    },
  },
  handle: async (c) => {
    const call = await parseBody(c, CheckCall, MAX_RULE_BYTES);
    if (!call.ok) return answerProblem(c, call.error);
    const tested = await testRules(ruleDepsOf(c.get("services")), staffContextOf(c), call.value);
    return tested.ok ? c.json(tested.value) : answerProblem(c, problemOfRules(tested.error));
  },
};

export const checkRoutes: readonly Route[] = [checkRoute, testRoute];
