import * as z from "zod";
import { publishRuleset } from "../../../../backoffice/publish-ruleset.ts";
import { PublishCall } from "../../../../backoffice/rules/prepare-publish.ts";
import { readJson } from "../../../json-body.ts";
import { answerProblem } from "../../../problem.ts";
import type { Route } from "../../../route.ts";
import { staffContextOf } from "../../../staff-context.ts";
import { FaultAnswer, PublishedAnswer } from "./rule-answers.ts";
import { MAX_RULE_BYTES, ruleDepsOf } from "./rule-deps.ts";
import { problemOfRules } from "./rule-problem.ts";

export const publishRules: Route = {
  method: "post",
  path: "/api/admin/fraud-rules/publish",
  verb: "rules.publish",
  tag: "rules",
  summary: "Check a set of rules with its cases and make it live for the next decision",
  description:
    "Without `files` the draft is published. A set whose cases fail is refused; a live rule without a case is a warning. With `policy.requireApproval` in the live set it waits for another person.",
  body: PublishCall,
  answers: {
    200: { description: "Live", schema: PublishedAnswer },
    202: { description: "Waits for another person's approval", schema: z.object({ approval: z.string(), warnings: z.array(FaultAnswer) }) },
  },
  handle: async (c) => {
    const body = await readJson(c, MAX_RULE_BYTES);
    if (!body.ok) return answerProblem(c, body.error);
    const services = c.get("services");
    const context = staffContextOf(c);
    const published = await publishRuleset(ruleDepsOf(services), context, body.value);
    if (!published.ok) return answerProblem(c, problemOfRules(published.error));
    const { kind: _, ...answer } = published.value;
    if (published.value.kind === "parked") return c.json(answer, 202);
    services.log("ruleset_published", { seq: published.value.seq, ruleset: published.value.ruleset, author: context.actor.id });
    return c.json(answer);
  },
};
