import { LISTED_KINDS } from "../../core/lists/list-hit.ts";
import type { Report } from "../../core/reports/report-record.ts";
import type { fraudReports } from "./schema/reports.ts";

export type ReportRow = typeof fraudReports.$inferSelect;

/** A row as a report; of a kind of entity that this release does not know it is about none. */
export function toReport(row: ReportRow): Report {
  const { entityKind, entityValue, deadlineAt, fallback, openedAt, lastFoundAt, decidedAt, ...same } = row;
  const kind = LISTED_KINDS.find((known) => known === entityKind);
  return {
    ...same,
    entity: kind === undefined || entityValue === null ? null : { kind, value: entityValue },
    deadline: deadlineAt === null || fallback === null ? null : { atMs: deadlineAt.getTime(), fallback },
    openedAtMs: openedAt.getTime(),
    lastFoundAtMs: lastFoundAt.getTime(),
    decidedAtMs: decidedAt?.getTime() ?? null,
  };
}
