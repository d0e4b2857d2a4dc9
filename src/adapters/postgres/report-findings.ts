import { sql } from "drizzle-orm";
import { namedBy } from "../../core/reports/named-by.ts";
import type { NewReport } from "../../core/reports/report.ts";
import type { Result } from "../../core/result.ts";
import { SEVERITIES } from "../../core/rules/document.ts";
import { ask, type Database } from "./database.ts";
import type { PostgresFault } from "./fault.ts";
import { toInstant } from "./instants.ts";
import { toStorableJson } from "./storable-json.ts";

/**
 * Opens a report for each key that has no open one, and adds the other findings to those that do; each finding counts once, however often and by
 * how many at once it is brought. Gives the ids of findings that opened a report, now or earlier.
 */
export function addFindings(
  database: Database,
  findings: readonly NewReport[],
  budgetMs: number,
): Promise<Result<ReadonlySet<string>, PostgresFault>> {
  return ask(database, budgetMs, async (session) => {
    if (findings.length === 0) return new Set<string>();
    const given = toStorableJson(findings.map(toRow));
    const [, , opened] = await session.batch([
      session.execute(lockKeys(given)),
      session.execute(insertFindings(given)),
      session.execute<{ id: string }>(
        sql`select id from fraud_reports where id in (select g ->> 'id' from jsonb_array_elements(${given}::jsonb) as g)`,
      ),
    ]);
    return new Set(opened.rows.map(({ id }) => id));
  });
}

/** The columns of a finding's row; the words of `fraud_reports` it would open. */
const COLUMNS = sql.raw(
  "position integer, id text, livemode boolean, dedup_key text, type text, severity text, origin text, entity_kind text, entity_value text, " +
    "description text, evidence jsonb, rule_id text, deadline_at timestamptz, fallback text, found_at timestamptz, decisions jsonb, related jsonb",
);

function toRow({ id, livemode, dedupKey, type, severity, origin, ...finding }: NewReport, position: number) {
  const { entity, deadline, related, description, evidence, ruleId, decisionIds, openedAtMs } = finding;
  return {
    ...{ position, id, livemode, dedup_key: dedupKey, type, severity, origin, description, evidence, rule_id: ruleId },
    entity_kind: entity?.kind ?? null,
    entity_value: entity?.value ?? null,
    deadline_at: deadline === null ? null : toInstant(deadline.atMs),
    fallback: deadline?.fallback ?? null,
    found_at: toInstant(openedAtMs),
    decisions: decisionIds,
    related: namedBy({ entity, related }),
  };
}

/**
 * Who brings findings of one key queues up, so the statement after this sees what the others committed.
 * INVARIANT: locks are taken in the order of their keys, hence two calls never wait for each other.
 */
const lockKeys = (given: string) => sql`
  select count(pg_advisory_xact_lock(key)) from (
    select distinct hashtextextended('report ' || r.dedup_key, r.livemode::integer) as key
    from jsonb_to_recordset(${given}::jsonb) as r(dedup_key text, livemode boolean) order by 1
  ) keys`;

const RANKS = sql.raw(`array[${SEVERITIES.map((severity) => `'${severity}'`).join(", ")}]`);

/** A report's severity follows its findings until a person changed the report; of several deadlines the first counts, of fallbacks the stricter. */
const insertFindings = (given: string) => sql`
  with given as materialized (
    select * from jsonb_to_recordset(${given}::jsonb) as r(${COLUMNS})
  ), fresh as materialized (
    select distinct on (g.id) g.* from given g
    where not exists (select from report_findings f where f.id = g.id) order by g.id, position
  ), opened as (
    insert into fraud_reports as r (id, livemode, dedup_key, type, severity, origin, entity_kind, entity_value, description, rule_id, deadline_at,
      fallback, opened_at, last_found_at, findings)
    select distinct on (livemode, dedup_key) id, livemode, dedup_key, type,
      (${RANKS})[max(array_position(${RANKS}, severity)) over same], origin, entity_kind, entity_value, description, rule_id,
      min(deadline_at) over same, case when bool_or(fallback = 'block') over same then 'block' else fallback end,
      found_at, max(found_at) over same, count(*) over same
    from fresh window same as (partition by livemode, dedup_key) order by livemode, dedup_key, position
    on conflict (livemode, dedup_key) where status in ('pending', 'reviewing') do update set
      findings = r.findings + excluded.findings, last_found_at = greatest(r.last_found_at, excluded.last_found_at),
      severity = case when r.version > 1 or array_position(${RANKS}, r.severity) > array_position(${RANKS}, excluded.severity)
        then r.severity else excluded.severity end,
      deadline_at = least(r.deadline_at, excluded.deadline_at),
      fallback = case when 'block' in (r.fallback, excluded.fallback) then 'block' else coalesce(r.fallback, excluded.fallback) end
    returning r.id, r.livemode, r.dedup_key
  ), found as (
    select f.*, o.id as report_id from fresh f join opened o on o.livemode = f.livemode and o.dedup_key = f.dedup_key
  ), kept as (
    insert into report_findings (id, report_id, found_at, severity, description, evidence)
    select id, report_id, found_at, severity, description, evidence from found
  ), named as (
    insert into report_related (report_id, kind, value)
    select distinct report_id, e.kind, e.value from found cross join lateral jsonb_to_recordset(related) as e(kind text, value text)
    on conflict do nothing
  ), behind as (
    insert into report_decisions (report_id, decision_id)
    select distinct report_id, d from found cross join lateral jsonb_array_elements_text(decisions) as d
    on conflict do nothing
  )
  insert into report_history (report_id, at, actor, action, to_status)
  select report_id, found_at, 'system:' || origin, 'open', 'pending' from found where id = report_id`;
