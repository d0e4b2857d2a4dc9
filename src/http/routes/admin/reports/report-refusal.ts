import type { NamedListRefusal } from "../../../../backoffice/lists/named-list-deps.ts";
import type { MoveRefusal } from "../../../../backoffice/reports/move-report.ts";
import type { StaffRefusal } from "../../../../backoffice/staff-action.ts";
import type { Problem } from "../../../problem.ts";
import { problemOfListRefusal } from "../lists/list-refusal.ts";

type NamedOnly = Exclude<NamedListRefusal, StaffRefusal>;

/** Why a report was not moved, as an answer. */
export function problemOfMoveRefusal(refusal: MoveRefusal | StaffRefusal): Problem {
  switch (refusal.kind) {
    case "move_not_allowed": {
      const { from, to, allowed } = refusal;
      const where = allowed.map((status) => `\`${status}\``).join(" or ");
      return {
        status: 409,
        code: "move_not_allowed",
        detail: `a report that is \`${from}\` may be moved to ${where}, not to \`${to}\``,
        more: { status: from, allowed },
      };
    }
    case "another_open":
      return {
        status: 409,
        code: "another_open",
        detail: `what it is about has ${refusal.id === null ? "another open report" : `an open report \`${refusal.id}\``}: work on that one`,
        ...(refusal.id === null ? {} : { more: { id: refusal.id } }),
      };
    case "in_use":
    case "nothing_live":
    case "delayed":
      return problemOfNamedList(refusal);
    default:
      return problemOfListRefusal(refusal);
  }
}

function problemOfNamedList(refusal: NamedOnly): Problem {
  switch (refusal.kind) {
    case "in_use":
      return { status: 409, code: "list_in_use", detail: `live rules read \`${refusal.name}\`` };
    case "nothing_live":
      return { status: 409, code: "nothing_live", detail: "lists go live beside rules, and none are published yet" };
    case "delayed":
      return { status: 503, code: "delayed", detail: `version ${refusal.seq} is saved and goes live once ${refusal.part} is back` };
  }
}
