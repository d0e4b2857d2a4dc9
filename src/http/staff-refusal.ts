import type { StaffConflict, StaffRefusal } from "../backoffice/staff-action.ts";
import type { Problem } from "./problem.ts";

/** Why a staff action was not done, as an answer. */
export function problemOfStaffRefusal(refusal: StaffRefusal): Problem {
  switch (refusal.kind) {
    case "not_allowed":
      return { status: 403, code: "not_allowed", detail: `the role \`${refusal.role}\` may not do \`${refusal.verb}\`` };
    case "exceeds":
      return {
        status: 403,
        code: "exceeds_credential",
        detail: `this credential lacks ${listed(refusal.missing)}, and cannot hand out or change what may do more than itself`,
        more: { missing: refusal.missing },
      };
    case "invalid": {
      const [first] = refusal.faults;
      const detail = first === undefined ? "the input does not fit its schema" : `${nameOf(first.path)}: ${first.message}`;
      return { status: 422, code: "invalid_input", detail, errors: refusal.faults };
    }
    case "not_found":
      return { status: 404, code: "not_found", detail: refusal.detail };
    case "taken":
      return { status: 409, code: "name_taken", detail: refusal.detail };
    case "conflict":
      return conflictProblem(refusal);
    case "unavailable":
      return {
        status: 503,
        code: "unavailable",
        detail: `${refusal.part} is not available: nothing was changed, or it cannot be told; look, then try again`,
        retryAfterSeconds: 5,
      };
  }
}

function conflictProblem({ current, changed, difference }: StaffConflict): Problem {
  const who = changed === null ? "someone else" : `\`${changed.name ?? changed.actor}\``;
  return {
    status: 409,
    code: current === null ? "gone_meanwhile" : "changed_meanwhile",
    detail: `${who} changed it first: look at \`current\`, then send the change again with its version`,
    more: {
      current: current === null ? null : { ...current.state, version: current.version },
      changed_by: changed === null ? null : { id: changed.actor, name: changed.name },
      changed_at: changed === null ? null : new Date(changed.atMs).toISOString(),
      difference,
    },
  };
}

const listed = (verbs: readonly string[]): string => verbs.map((verb) => `\`${verb}\``).join(", ");

const nameOf = (path: string): string => (path === "" ? "the body" : `\`${path}\``);
