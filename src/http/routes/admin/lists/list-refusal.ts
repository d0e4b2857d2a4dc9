import type { ListRefusal } from "../../../../backoffice/lists/entry-deps.ts";
import type { StaffRefusal } from "../../../../backoffice/staff-action.ts";
import { capacityName } from "../../../../core/lists/capacity-alert.ts";
import type { Problem } from "../../../problem.ts";
import { problemOfStaffRefusal } from "../../../staff-refusal.ts";

/** Why an entry was not made, as an answer. */
export function problemOfListRefusal(refusal: ListRefusal | StaffRefusal): Problem {
  switch (refusal.kind) {
    case "confirm_needed":
      return {
        status: 422,
        code: "confirm_needed",
        detail: `${refusal.reasons.join("; ")}: send \`"confirm": true\` if that is meant`,
        errors: refusal.reasons.map((message) => ({ code: "confirm_needed", path: "confirm", message })),
      };
    case "already_listed":
      return {
        status: 409,
        code: "already_listed",
        detail: refusal.id === null ? "it is listed already" : `it is listed already as \`${refusal.id}\`: change that entry`,
        ...(refusal.id === null ? {} : { more: { id: refusal.id } }),
      };
    case "beyond_capacity":
      return {
        status: 422,
        code: refusal.of === "broad" ? "too_many_networks" : "too_many_addresses",
        detail: `${refusal.listed} ${capacityName(refusal.of)} are listed one by one, of at most ${refusal.most}: end some, or import large sets as a feed, by \`/api/admin/fraud-lists/import\``,
      };
    default:
      return problemOfStaffRefusal(refusal);
  }
}

/** A sentence for stores that did not take a change at once; none for none. */
export function lateWarnings(late: readonly string[]): string[] {
  return late.map((part) => `${part} did not take it at once: it is in force within a minute`);
}
