import type { AuditDetails } from "./entry.ts";

/** One field on which two editors disagree; a field that one side does not have is null there. */
export interface FieldDifference {
  readonly field: string;
  readonly yours: unknown;
  readonly current: unknown;
}

/** Field by field, in order of name, where what an editor wanted is not what the record says now. Only fields the editor wanted to write are compared. */
export function differenceOf(yours: AuditDetails, current: AuditDetails): FieldDifference[] {
  return Object.keys(yours)
    .sort()
    .filter((field) => JSON.stringify(yours[field] ?? null) !== JSON.stringify(current[field] ?? null))
    .map((field) => ({ field, yours: yours[field] ?? null, current: current[field] ?? null }));
}
