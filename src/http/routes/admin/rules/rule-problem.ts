import type { VersionRefusal } from "../../../../backoffice/rules/workshop-deps.ts";
import type { StaffRefusal } from "../../../../backoffice/staff-action.ts";
import type { Fault } from "../../../../core/rules/fault.ts";
import type { CaseResult } from "../../../../core/rules/run-cases.ts";
import type { Problem } from "../../../problem.ts";
import { problemOfStaffRefusal } from "../../../staff-refusal.ts";
import { describeDifference } from "./rule-answers.ts";

/** Why the rules were not edited or published, as an answer. */
export function problemOfRules(refusal: VersionRefusal | StaffRefusal): Problem {
  switch (refusal.kind) {
    case "faults":
      return {
        status: 422,
        code: "ruleset_refused",
        detail: `the ruleset was refused whole: ${counted(refusal.faults.length, "fault")}`,
        errors: refusal.faults,
      };
    case "cases_failed":
      return {
        status: 422,
        code: "cases_failed",
        detail: `the rules do not do what their cases say: ${counted(refusal.cases.length, "case")} failed`,
        errors: [...refusal.faults, ...refusal.cases.flatMap(faultsOfCase)],
        more: { cases: refusal.cases },
      };
    case "base_moved": {
      const { baseSeq, live, difference } = refusal;
      return {
        status: 409,
        code: "base_moved",
        detail: `it was made from version ${baseSeq}, and \`${live.author}\` made version ${live.seq} live since: look at \`difference\`, then send \`version\`: ${live.seq} to publish over it`,
        more: {
          base: baseSeq,
          live: { seq: live.seq, author: live.author, message: live.message, at: new Date(live.atMs).toISOString() },
          difference: difference === null ? null : describeDifference(difference),
        },
      };
    }
    case "own_approval":
      return { status: 403, code: "own_approval", detail: "who asked for the approval cannot give it: it takes another person" };
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

function faultsOfCase({ file, name, failures, faults }: CaseResult): Fault[] {
  return [...faults, ...failures.map((message) => ({ code: "case_failed", file, path: name, message }))];
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;
