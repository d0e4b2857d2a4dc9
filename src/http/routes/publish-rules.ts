import * as z from "zod";
import { PublishCall, type PublishRefusal, publishRuleset } from "../../backoffice/publish-ruleset.ts";
import type { StaffRefusal } from "../../backoffice/staff-action.ts";
import { readJson } from "../json-body.ts";
import { answerProblem, type Problem } from "../problem.ts";
import type { Route } from "../route.ts";
import { staffContextOf } from "../staff-context.ts";
import { problemOfStaffRefusal } from "../staff-refusal.ts";

const Published = z.object({ seq: z.int(), manifest: z.string(), ruleset: z.string(), features: z.string(), rules: z.int() });

export const publishRules: Route = {
  method: "post",
  path: "/api/admin/fraud-rules/publish",
  verb: "rules.publish",
  tag: "rules",
  summary: "Check a set of rule files and make it live for the next decision",
  body: PublishCall,
  answers: { 200: { description: "Live", schema: Published } },
  handle: async (c) => {
    const body = await readJson(c, 4 << 20);
    if (!body.ok) return answerProblem(c, body.error);
    const services = c.get("services");
    const context = staffContextOf(c);
    const deps = { ...services.config, options: services.configOptions, writes: services.staff, newId: services.newId };
    const published = await publishRuleset(deps, context, body.value);
    if (published.ok) {
      services.log("ruleset_published", { seq: published.value.seq, ruleset: published.value.ruleset, author: context.actor.id });
      return c.json(published.value);
    }
    return answerProblem(c, problemOf(published.error));
  },
};

function problemOf(refusal: PublishRefusal | StaffRefusal): Problem {
  switch (refusal.kind) {
    case "faults":
      return {
        status: 422,
        code: "ruleset_refused",
        detail: `the ruleset was refused whole: ${refusal.faults.length} fault${refusal.faults.length === 1 ? "" : "s"}`,
        errors: refusal.faults,
      };
    case "delayed":
      return {
        status: 503,
        code: "publish_delayed",
        detail: `saved as version ${refusal.seq}, but ${refusal.part} did not take it: it goes live by itself within a minute of its return`,
      };
    default:
      return problemOfStaffRefusal(refusal);
  }
}
