import type { StaffRefusal } from "../../backoffice/staff-action.ts";

/** Why a staff action was not done, for whoever typed it. */
export function sayRefusal(refusal: StaffRefusal | { readonly kind: "delayed"; readonly part: string }): string {
  switch (refusal.kind) {
    case "not_allowed":
      return `the role \`${refusal.role}\` may not do \`${refusal.verb}\``;
    case "exceeds":
      return `may not hand out or change what may do more: \`${refusal.missing.join("`, `")}\``;
    case "invalid":
      return refusal.faults.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`)).join("\n");
    case "not_found":
    case "taken":
      return refusal.detail;
    case "conflict":
      return "someone else changed it at the same moment: look, then try again";
    case "unavailable":
      return `${refusal.part} is not available: nothing was changed, or it cannot be told; look, then try again`;
    case "delayed":
      return `it is done, but ${refusal.part} did not hear of it, so instances may go on with what they know: do it again`;
  }
}
