import type { Context } from "hono";
import type { Edited } from "../../../../backoffice/rules/draft-action.ts";
import type { DraftMoved } from "../../../../backoffice/rules/edit-draft.ts";
import type { RuleInUse } from "../../../../backoffice/rules/edit-rules.ts";
import type { WorkshopDeps } from "../../../../backoffice/rules/workshop-deps.ts";
import type { StaffAction, StaffRefusal } from "../../../../backoffice/staff-action.ts";
import type { Result } from "../../../../core/result.ts";
import type { AppEnv } from "../../../context.ts";
import { answerProblem, type Problem } from "../../../problem.ts";
import { staffContextOf } from "../../../staff-context.ts";
import { problemOfStaffRefusal } from "../../../staff-refusal.ts";
import { describeDifference } from "./rule-answers.ts";
import { ruleDepsOf } from "./rule-deps.ts";

type EditRefusal = StaffRefusal | RuleInUse | DraftMoved;

/** Does an edit of the draft and answers with its new version, which is also the `ETag`. */
export async function answerEdit<Output extends object | null>(
  c: Context<AppEnv>,
  call: Result<unknown, Problem>,
  action: StaffAction<WorkshopDeps, Edited<Output>, EditRefusal>,
  status: 200 | 201 = 200,
): Promise<Response> {
  if (!call.ok) return answerProblem(c, call.error);
  const edited = await action(ruleDepsOf(c.get("services")), staffContextOf(c), call.value);
  if (!edited.ok) return answerProblem(c, problemOfEdit(edited.error));
  const { version, faults, warnings, output } = edited.value;
  c.header("etag", `"${version}"`);
  return c.json({ ...output, version, faults, warnings }, status);
}

function problemOfEdit(refusal: EditRefusal): Problem {
  switch (refusal.kind) {
    case "rule_in_use": {
      const names = refusal.dependents
        .slice(0, 3)
        .map(({ kind, name, file }) => `the ${kind} \`${name}\`${file === null ? "" : ` in \`${file}\``}`);
      const more = refusal.dependents.length > 3 ? ` and ${refusal.dependents.length - 3} more` : "";
      return {
        status: 409,
        code: "rule_in_use",
        detail: `\`${refusal.id}\` is named by ${names.join(", ")}${more}: take these out first, or turn the rule off`,
        more: { dependents: refusal.dependents },
      };
    }
    case "draft_moved": {
      const problem = problemOfStaffRefusal(refusal.conflict);
      return { ...problem, more: { ...problem.more, difference: describeDifference(refusal.difference) } };
    }
    default:
      return problemOfStaffRefusal(refusal);
  }
}
