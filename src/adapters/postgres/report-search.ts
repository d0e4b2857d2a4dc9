import { and, desc, eq, gte, inArray, isNotNull, lt, lte, type SQL, sql } from "drizzle-orm";
import type { ReportQuery, ReportStore } from "../../ports/reports.ts";
import { ask, type Database } from "./database.ts";
import { toInstant } from "./instants.ts";
import { toReport } from "./report-rows.ts";
import { fraudReports } from "./schema/reports.ts";

const IS_OPEN = inArray(fraudReports.status, ["pending", "reviewing"]);

/** Reports by what is asked of them. */
export function createReportSearch(database: Database): Pick<ReportStore, "search" | "byId" | "openOf" | "overdue"> {
  return {
    search: (query, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const rows = await session
          .select()
          .from(fraudReports)
          .where(and(...filtersOf(query)))
          .orderBy(desc(fraudReports.openedAt), desc(fraudReports.id))
          // One more than asked for says whether there is another page.
          .limit(query.limit + 1);
        const reports = rows.slice(0, query.limit).map(toReport);
        const last = rows.length > query.limit ? reports.at(-1) : undefined;
        return { reports, next: last === undefined ? null : { openedAtMs: last.openedAtMs, id: last.id } };
      }),
    byId: (id, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const [row] = await session.select().from(fraudReports).where(eq(fraudReports.id, id)).limit(1);
        return row === undefined ? null : toReport(row);
      }),
    openOf: (dedupKey, livemode, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const ofKey = and(eq(fraudReports.dedupKey, dedupKey), eq(fraudReports.livemode, livemode), IS_OPEN);
        const [row] = await session.select({ id: fraudReports.id }).from(fraudReports).where(ofKey).limit(1);
        return row?.id ?? null;
      }),
    overdue: (nowMs, limit, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const isOver = and(IS_OPEN, isNotNull(fraudReports.deadlineAt), lte(fraudReports.deadlineAt, new Date(toInstant(nowMs))));
        const rows = await session.select().from(fraudReports).where(isOver).orderBy(fraudReports.deadlineAt).limit(limit);
        return rows.map(toReport);
      }),
  };
}

function filtersOf(query: ReportQuery): (SQL | undefined)[] {
  const { types, severities, statuses, origins, assignee, fromMs, toMs, text, value, decisionId, before } = query;
  return [
    eq(fraudReports.livemode, query.livemode),
    types === null ? undefined : inArray(fraudReports.type, [...types]),
    severities === null ? undefined : inArray(fraudReports.severity, [...severities]),
    statuses === null ? undefined : inArray(fraudReports.status, [...statuses]),
    origins === null ? undefined : inArray(fraudReports.origin, [...origins]),
    assignee === null ? undefined : eq(fraudReports.assignee, assignee),
    fromMs === null ? undefined : gte(fraudReports.openedAt, new Date(toInstant(fromMs))),
    toMs === null ? undefined : lt(fraudReports.openedAt, new Date(toInstant(toMs))),
    // `position` and not `like`: what is looked for may hold `%` and `_`.
    text === null
      ? undefined
      : sql`(position(lower(${text}) in lower(fraud_reports.description)) > 0 or exists (select from report_related n
          where n.report_id = fraud_reports.id and n.kind = 'ip' and position(lower(${text}) in lower(n.value)) > 0))`,
    value === null ? undefined : sql`exists (select from report_related n where n.report_id = fraud_reports.id and n.value = ${value})`,
    decisionId === null ? undefined : sql`fraud_reports.id in (select report_id from report_decisions where decision_id = ${decisionId})`,
    before === null
      ? undefined
      : sql`(fraud_reports.opened_at, fraud_reports.id) < (${toInstant(before.openedAtMs)}::timestamptz, ${before.id})`,
  ];
}
