import { type SQL, sql } from "drizzle-orm";
import type { AuditSealer } from "../../core/audit/seal.ts";
import { type HeldKind, HOLDS, LONGEST_HOLD_MS } from "../../core/privacy/erasure.ts";
import type { Result } from "../../core/result.ts";
import type { ErasureWork } from "../../ports/privacy.ts";
import { ask, type Database, type Session } from "./database.ts";
import type { PostgresFault } from "./fault.ts";
import { toInstant } from "./instants.ts";
import { entitiesOf, namesOf } from "./privacy-names.ts";

/** Rows of an erasure, counted by what they were. */
type Counts = Record<string, number>;

/** Erases what names the client outside its events: first says what is held, then erases the rest. Each statement may be repeated. */
export function eraseRecords(
  database: Database,
  sealer: AuditSealer,
  work: ErasureWork,
  nowMs: number,
  budgetMs: number,
): Promise<Result<void, PostgresFault>> {
  return ask(database, budgetMs, async (session) => {
    await holdRecords(session, work, nowMs);
    const counts: Counts = {};
    for (const [name, statement] of STATEMENTS) {
      const { rows } = await session.execute<{ id: string }>(statement(work, toInstant(nowMs)));
      counts[name] = (counts[name] ?? 0) + rows.length;
      // What the log says of a record is sealed under the record's own key.
      const kind = AUDITED[name];
      if (kind !== undefined)
        await forgetAudited(
          session,
          sealer,
          rows.map(({ id }) => ({ kind, id })),
        );
    }
    const { rows } = await session.execute<{ kind: string; value: string }>(sql`select kind, value from ${entitiesOf(work)} entity`);
    // Of callers without a key the log knows an address alone.
    await forgetAudited(
      session,
      sealer,
      rows.flatMap(({ kind, value }) => [{ kind, id: value }, ...(kind === "ip" ? [{ kind: "address", id: value }] : [])]),
    );
    await session.execute(sql`update erasures set counts = (
      select coalesce(jsonb_object_agg(name, n), '{}') from (
        select name, sum(n) as n from (select key as name, value::float8 as n from jsonb_each_text(counts) union all
          select key, value::float8 from jsonb_each_text(${JSON.stringify(counts)}::jsonb)) both_runs group by name) summed)
      where id = ${work.id}`);
  });
}

async function holdRecords(session: Session, work: ErasureWork, nowMs: number): Promise<void> {
  const [now, longest] = [toInstant(nowMs), sql`${toInstant(nowMs + LONGEST_HOLD_MS)}::timestamptz`];
  const hold = (kind: HeldKind, id: SQL, until: SQL, from: SQL) => sql`
    insert into erasure_holds (erasure_id, kind, record_id, reason, until_at)
    select distinct ${work.id}, ${kind}, ${id}, ${HOLDS[kind]}, ${until} from ${from} on conflict do nothing`;
  const entities = entitiesOf(work);
  await session.execute(
    hold(
      "block",
      sql`l.id`,
      sql`least(l.expires_at, ${longest})`,
      sql`list_entries l join ${entities} n on l.kind = n.kind and (l.value = n.value or l.entity = n.value)
      where l.is_active and l.verdict = 'block' and (l.expires_at is null or l.expires_at > ${now}::timestamptz)`,
    ),
  );
  await session.execute(
    hold(
      "report",
      sql`r.id`,
      longest,
      sql`fraud_reports r join ${entities} n on r.entity_kind = n.kind and r.entity_value = n.value
      where r.status in ('pending', 'reviewing')`,
    ),
  );
  await session.execute(
    hold(
      "evidence",
      sql`transaction_id`,
      sql`max(hold_until)`,
      sql`evidence_records where client_id = ${work.clientId} and hold_until > ${now}::timestamptz
      group by transaction_id`,
    ),
  );
}

/** Destroys the keys under which the audit log sealed what it says of these; the chain stays whole. */
export async function forgetAudited(
  session: Session,
  sealer: AuditSealer,
  persons: readonly { readonly kind: string; readonly id: string }[],
): Promise<void> {
  const subjects = await Promise.all(persons.map((person) => sealer.subjectOf({ ...person, isPersonal: true })));
  await session.execute(sql`select erase_audit_subject(subject) from json_array_elements_text(${JSON.stringify(subjects)}::json) subject`);
}

type Statement = (work: ErasureWork, now: string) => SQL;

const isHeld = (work: ErasureWork, kind: HeldKind, id: SQL): SQL =>
  sql`exists (select from erasure_holds h where h.erasure_id = ${work.id} and h.kind = ${kind} and h.record_id = ${id})`;
const reportsAbout = (work: ErasureWork): SQL => sql`(
  select r.id from fraud_reports r join ${entitiesOf(work)} n on r.entity_kind = n.kind and r.entity_value = n.value
  where not ${isHeld(work, "report", sql`r.id`)})`;
const reportsNaming = (work: ErasureWork): SQL => sql`(
  select p.report_id from report_related p join ${entitiesOf(work)} n on p.kind = n.kind and p.value = n.value
  where not ${isHeld(work, "report", sql`p.report_id`)})`;
const erased = (work: ErasureWork, column: SQL): SQL => sql`erase_names(${column}::text, ${namesOf(work)}, ${work.pseudonym})`;

/** Records that have a key of their own in the audit log, by what counts them. */
const AUDITED: Readonly<Record<string, string>> = { list_entries: "list_entry", reports: "report", evidence: "evidence" };

/** Reports are found by what they are about or name, so what names them is erased last. */
const STATEMENTS: readonly (readonly [string, Statement])[] = [
  ["profiles", ({ clientId }) => sql`delete from user_profiles where client_id = ${clientId} returning client_id as id`],
  ["login_patterns", ({ clientId }) => sql`delete from behavioral_patterns where client_id = ${clientId} returning client_id as id`],
  ["countries", ({ clientId }) => sql`delete from client_countries where client_id = ${clientId} returning client_id as id`],
  [
    "addresses",
    (work) => sql`
      with own as (select value from ${entitiesOf(work)} entity where kind = 'ip'),
        parties as (delete from ip_parties where ip_key in (select value from own))
      delete from ip_analysis where ip_key in (select value from own) returning ip_key as id`,
  ],
  ["consents", ({ clientId }) => sql`delete from consents where client_id = ${clientId} returning client_id as id`],
  [
    "list_entries",
    (work, now) => sql`
      update list_entries l set is_active = false, ended_at = coalesce(ended_at, ${now}::timestamptz), ended_by = coalesce(ended_by, 'system:erasure'),
        reason = 'erased', value = case when l.kind = 'ip' then '0.0.0.0' else ${work.pseudonym} end, entity = null, version = version + 1, changed_at = now()
      from (select distinct kind, value from ${entitiesOf(work)} entity) n
      where l.kind = n.kind and (l.value = n.value or l.entity = n.value) and not ${isHeld(work, "block", sql`l.id`)} returning l.id`,
  ],
  [
    "held_marks",
    // Marks are written anew from what changed: a held block keeps its own without the entries that were erased.
    (work) => sql`update list_entries l set changed_at = now() where ${isHeld(work, "block", sql`l.id`)} returning l.id`,
  ],
  [
    "report_findings",
    (work) => sql`
      update report_findings f set description = 'erased', evidence = '{}' where report_id in ${reportsAbout(work)} returning f.id`,
  ],
  [
    "report_findings",
    (work) => sql`
      update report_findings f set description = ${erased(work, sql`description`)}, evidence = ${erased(work, sql`evidence`)}::jsonb
      where report_id in ${reportsNaming(work)} returning f.id`,
  ],
  [
    "report_history",
    (work) => sql`update report_history set note = null, changes = null where report_id in ${reportsAbout(work)} returning report_id as id`,
  ],
  [
    "report_history",
    (work) => sql`
      update report_history set note = ${erased(work, sql`note`)}, changes = ${erased(work, sql`changes`)}::jsonb
      where report_id in ${reportsNaming(work)} returning report_id as id`,
  ],
  [
    "reports_naming",
    (work) => sql`
      update fraud_reports set description = ${erased(work, sql`description`)}, notes = ${erased(work, sql`notes`)}, dedup_key = ${erased(work, sql`dedup_key`)}
      where id in ${reportsNaming(work)} and not id in ${reportsAbout(work)} returning id`,
  ],
  [
    "report_relations",
    (work) => sql`
      delete from report_related p using ${entitiesOf(work)} n
      where (p.kind = n.kind and p.value = n.value or p.report_id in ${reportsAbout(work)}) and not ${isHeld(work, "report", sql`p.report_id`)} returning p.report_id as id`,
  ],
  [
    "reports",
    (work) => sql`
      update fraud_reports set entity_value = ${work.pseudonym}, dedup_key = 'erased:' || id, description = 'erased', notes = ''
      where id in ${reportsAbout(work)} returning id`,
  ],
  [
    "evidence",
    ({ clientId }, now) => sql`
      with objects as (
        insert into evidence_uploads (object_key, began_at)
        select f.object_key, to_timestamp(0) from evidence_files f join evidence_records r on r.transaction_id = f.transaction_id and r.livemode = f.livemode
        where r.client_id = ${clientId} and (r.hold_until is null or r.hold_until <= ${now}::timestamptz)
        on conflict do nothing)
      delete from evidence_records where client_id = ${clientId} and (hold_until is null or hold_until <= ${now}::timestamptz) returning transaction_id as id`,
  ],
  ["webhook_events", (work) => sql`delete from webhook_events where names_any(data::text, ${namesOf(work)}) returning message as id`],
  ["dead_letters", (work) => sql`delete from dead_letters where names_any(text, ${namesOf(work)}) returning id`],
  [
    "alerts",
    (work) => sql`
      update alerts set title = ${erased(work, sql`title`)}, details = ${erased(work, sql`details`)}::jsonb, note = ${erased(work, sql`note`)},
        dedup_key = ${erased(work, sql`dedup_key`)}
      where names_any(title || ' ' || details::text || ' ' || coalesce(note, '') || ' ' || dedup_key, ${namesOf(work)}) returning id`,
  ],
];
