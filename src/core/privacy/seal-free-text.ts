import type { AuditDetails } from "../audit/entry.ts";

/** Records about persons: what staff write to them in their own words may name one. */
const ABOUT_PERSONS: ReadonlySet<string> = new Set(["list_entry", "report", "fraud_report", "alert", "evidence"]);
const FREE_TEXT: readonly string[] = ["reason", "note", "notes", "text"];

export interface ToldApart {
  readonly details: AuditDetails;
  readonly personal: AuditDetails | null;
}

/** Of a staff action about a person's record, takes what was written in own words out of `before` and `after`, to be sealed under the record's key with `personal`. */
export function sealFreeText(
  targetKind: string,
  states: { readonly before: AuditDetails | null; readonly after: AuditDetails | null },
  personal: AuditDetails | null,
): ToldApart {
  if (!ABOUT_PERSONS.has(targetKind)) return { details: { ...states }, personal };
  const [before, after] = [split(states.before), split(states.after)];
  const written = {
    ...(before.written === null ? {} : { before: before.written }),
    ...(after.written === null ? {} : { after: after.written }),
  };
  const sealed = Object.keys(written).length === 0 ? personal : { ...personal, written };
  return { details: { before: before.told, after: after.told }, personal: sealed };
}

function split(state: AuditDetails | null): { readonly told: AuditDetails | null; readonly written: AuditDetails | null } {
  if (state === null) return { told: null, written: null };
  const isWritten = ([name, value]: readonly [string, unknown]): boolean =>
    FREE_TEXT.includes(name) && typeof value === "string" && value !== "";
  const fields = Object.entries(state);
  const written = fields.filter(isWritten);
  if (written.length === 0) return { told: state, written: null };
  return { told: Object.fromEntries(fields.filter((field) => !isWritten(field))), written: Object.fromEntries(written) };
}
