import { type SQL, sql } from "drizzle-orm";
import { namedBy } from "../../core/reports/named-by.ts";
import type { Report, ReportStep } from "../../core/reports/report-record.ts";
import type { Label } from "../../ports/records.ts";
import type { ReportSaving, ReportStore } from "../../ports/reports.ts";
import { toInstant } from "./instants.ts";
import { ENTRY_COLUMNS, entryRows } from "./list-entry-rows.ts";
import { prepareChange } from "./staff-change.ts";
import { toStorableJson } from "./storable-json.ts";

/** Changes of reports, for the statement that makes them with their audit row. */
export const reportChanges: Pick<ReportStore, "creating" | "saving" | "savingAlong" | "listing"> = {
  creating: (report, notes, by) =>
    prepareChange((when) => [
      sql`insert into fraud_reports (id, livemode, dedup_key, type, severity, origin, entity_kind, entity_value, description, rule_id, deadline_at,
          fallback, opened_at, last_found_at, findings, notes)
        values (${report.id}, ${report.livemode}::boolean, ${report.dedupKey}, ${report.type}, ${report.severity}, ${report.origin},
          ${report.entity?.kind ?? null}::text, ${report.entity?.value ?? null}::text, ${report.description}, ${report.ruleId}::text,
          ${instant(report.deadline?.atMs ?? null)}, ${report.deadline?.fallback ?? null}::text, ${instant(report.openedAtMs)},
          ${instant(report.openedAtMs)}, 1, ${notes}) returning id`,
      sql`insert into report_findings (id, report_id, found_at, severity, description, evidence)
        select ${report.id}, ${report.id}, ${instant(report.openedAtMs)}, ${report.severity}, ${report.description},
          ${toStorableJson(report.evidence)}::jsonb where ${when}`,
      sql`insert into report_related (report_id, kind, value)
        select ${report.id}, e.kind, e.value from json_to_recordset(${JSON.stringify(namedBy(report))}::json) as e(kind text, value text) where ${when}
        on conflict do nothing`,
      sql`insert into report_decisions (report_id, decision_id)
        select distinct ${report.id}, d from json_array_elements_text(${JSON.stringify(report.decisionIds)}::json) as d where ${when}`,
      historyOf(
        report.id,
        { atMs: report.openedAtMs, actor: by, action: "open", from: null, to: "pending", note: null, changes: null },
        when,
      ),
    ]),
  saving: (change) => prepareChange((when, own) => savingStatements(change, sql`true`, when, own(0))),
  savingAlong: (change) => prepareChange((when, own) => savingStatements(change, when, when, own(0))),
  listing: (entries) =>
    prepareChange((when) => [sql`insert into list_entries (${ENTRY_COLUMNS}) ${entryRows(entries)} where ${when} on conflict do nothing`]),
};

function savingStatements(
  { before, after, step, label }: ReportSaving,
  decides: SQL,
  when: SQL,
  saved: SQL,
): readonly [first: SQL, ...rest: SQL[]] {
  return [
    sql`update fraud_reports set ${sql.join(assignments(before, after), sql`, `)}
      where id = ${after.id} and version = ${before.version}::integer and ${decides} returning id`,
    historyOf(after.id, step, when),
    ...(label === null ? [] : [labelling(saved, label, step)]),
  ];
}

/** Only what differs: findings that came meanwhile may have changed severity and deadline, and no version with them. */
function assignments(before: Report, after: Report): SQL[] {
  const differs = (field: keyof Report): boolean => before[field] !== after[field];
  return [
    sql`version = ${after.version}::integer`,
    ...(differs("status") ? [sql`status = ${after.status}`] : []),
    ...(differs("severity") ? [sql`severity = ${after.severity}`] : []),
    ...(differs("assignee") ? [sql`assignee = ${after.assignee}::text`] : []),
    ...(differs("notes") ? [sql`notes = ${after.notes}`] : []),
    ...(differs("resolution") ? [sql`resolution = ${after.resolution}::text`] : []),
    ...(differs("deadline")
      ? [sql`deadline_at = ${instant(after.deadline?.atMs ?? null)}, fallback = ${after.deadline?.fallback ?? null}::text`]
      : []),
    ...(differs("decidedBy") ? [sql`decided_by = ${after.decidedBy}::text`] : []),
    ...(differs("decidedAtMs") ? [sql`decided_at = ${instant(after.decidedAtMs)}`] : []),
  ];
}

/** INVARIANT: the function is called once the report's row is locked, and sees what findings added before: every decision gets its label. */
const labelling = (changed: SQL, { label, source }: { label: Label; source: string }, { atMs, actor }: ReportStep): SQL => sql`
  insert into labels (decision_id, label, source, labelled_by, labelled_at)
  select d, ${label}, ${source}, ${actor.id}, ${instant(atMs)} from ${changed} as closed, report_decisions_now(closed.id) as d
  on conflict do nothing`;

const historyOf = (id: string, { atMs, actor, action, from, to, note, changes }: ReportStep, when: SQL): SQL => sql`
  insert into report_history (report_id, at, actor, actor_name, action, from_status, to_status, note, changes)
  select ${id}, ${instant(atMs)}, ${actor.id}, ${actor.name}::text, ${action}, ${from}::text, ${to}::text, ${note}::text,
    ${changes === null ? null : toStorableJson(changes)}::jsonb where ${when}`;

const instant = (ms: number | null): SQL => (ms === null ? sql`null::timestamptz` : sql`${toInstant(ms)}::timestamptz`);
