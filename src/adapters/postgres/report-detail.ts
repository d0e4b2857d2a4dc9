import { desc, eq, type SQL, sql } from "drizzle-orm";
import { MOST_SHOWN, type ReportDecision, type ReportDetail, type ReportStore } from "../../ports/reports.ts";
import { ask, type Database } from "./database.ts";
import { epochMs } from "./instants.ts";
import { toReport } from "./report-rows.ts";
import { fraudReports, reportFindings, reportHistory } from "./schema/reports.ts";

/** What is behind a report: its findings, its decisions with their labels, whom they are about, and what was done. */
export function createReportDetail(database: Database): Pick<ReportStore, "detail" | "latestDecision" | "knownDecisions"> {
  return {
    detail: (id, budgetMs) =>
      ask(database, budgetMs, async (session): Promise<ReportDetail | null> => {
        const [reports, findings, decisions, related, history] = await session.batch([
          session.select().from(fraudReports).where(eq(fraudReports.id, id)).limit(1),
          session
            .select()
            .from(reportFindings)
            .where(eq(reportFindings.reportId, id))
            .orderBy(desc(reportFindings.foundAt), desc(reportFindings.id))
            .limit(MOST_SHOWN),
          session.execute<DecisionRow>(decisionsOf(id, MOST_SHOWN)),
          session.execute<{ kind: string; value: string }>(relatedTo(id)),
          session.select().from(reportHistory).where(eq(reportHistory.reportId, id)).orderBy(desc(reportHistory.id)).limit(MOST_SHOWN),
        ]);
        const [report] = reports;
        if (report === undefined) return null;
        return {
          report: toReport(report),
          findings: findings.map(({ foundAt, evidence, ...finding }) => ({
            ...finding,
            foundAtMs: foundAt.getTime(),
            evidence: evidence as Readonly<Record<string, unknown>>,
          })),
          decisions: decisions.rows.map(toDecision),
          related: related.rows.map(({ kind, value }) => ({ kind, value })),
          history: history.toReversed().map(({ at, actor, actorName, fromStatus, toStatus, action, note, changes }) => ({
            atMs: at.getTime(),
            actor: { id: actor, name: actorName },
            action: action as ReportDetail["history"][number]["action"],
            from: fromStatus,
            to: toStatus,
            note,
            changes: changes as ReportDetail["history"][number]["changes"],
          })),
        };
      }),
    latestDecision: (id, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const { rows } = await session.execute<DecisionRow>(sql`select * from (${decisionsOf(id, 1)}) d where transaction_id is not null`);
        return rows[0] === undefined ? null : toDecision(rows[0]);
      }),
    knownDecisions: (ids, livemode, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const { rows } = await session.execute<{ id: string }>(sql`select decision_id as id from decision_ids
          where livemode = ${livemode}::boolean and decision_id in (select json_array_elements_text(${JSON.stringify(ids)}::json))`);
        return new Set(rows.map((row) => row.id));
      }),
  };
}

interface DecisionRow {
  readonly [column: string]: unknown;
  readonly decision_id: string;
  readonly transaction_id: string | null;
  readonly stage: string | null;
  readonly outcome: string | null;
  readonly risk_score: number | null;
  readonly decided_ms: number | null;
  readonly label: ReportDecision["label"];
}

/** Newest first, what is not recorded last. */
const decisionsOf = (id: string, limit: number): SQL => sql`
  select b.decision_id, i.transaction_id, i.stage, i.outcome, d.risk_score, ${epochMs(sql`i.decided_at`)} as decided_ms, l.label
  from report_decisions b
  left join decision_ids i on i.decision_id = b.decision_id
  left join decisions d on d.decision_id = i.decision_id and d.occurred_at = i.occurred_at
  left join lateral (select label from labels where labels.decision_id = b.decision_id order by labelled_at desc, id desc limit 1) l on true
  where b.report_id = ${id} order by i.decided_at desc nulls last, b.decision_id limit ${limit}`;

/** Whom findings named, and whom the latest decisions behind the report are about. */
const relatedTo = (id: string): SQL => sql`
  select kind, value from report_related where report_id = ${id}
  union
  select e.kind, e.value
  from (
    select i.* from report_decisions b join decision_ids i on i.decision_id = b.decision_id
    where b.report_id = ${id} order by i.decided_at desc limit ${MOST_SHOWN}
  ) i
  join event_ids on event_ids.id = i.transaction_id and event_ids.livemode = i.livemode
  join events on events.id = event_ids.id and events.livemode = event_ids.livemode and events.occurred_at = event_ids.occurred_at
  cross join lateral (values ('client', client_id), ('dest', dest_id), ('device', device_id), ('ip', host(ip)), ('card', card), ('email', email),
    ('phone', phone)) as e(kind, value)
  where e.value is not null
  order by kind, value limit ${5 * MOST_SHOWN}`;

function toDecision(row: DecisionRow): ReportDecision {
  return {
    decisionId: row.decision_id,
    transactionId: row.transaction_id,
    stage: row.stage,
    outcome: row.outcome,
    riskScore: row.risk_score,
    decidedAtMs: row.decided_ms,
    label: row.label,
  };
}
