import { type SQL, sql } from "drizzle-orm";
import type { AuditSealer } from "../../core/audit/seal.ts";
import { type HeldKind, HOLDS, LONGEST_HOLD_MS } from "../../core/privacy/erasure.ts";
import { PERSONAL_TABLES } from "../../core/privacy/personal-places.ts";
import type { Result } from "../../core/result.ts";
import type { ErasureWork } from "../../ports/privacy.ts";
import { ask, type Database, type Session } from "./database.ts";
import type { PostgresFault } from "./fault.ts";
import { toInstant } from "./instants.ts";
import { entitiesOf, givenOf, NAMES } from "./privacy-names.ts";

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
/** Words without the names in `texts`. */
const words = (work: ErasureWork, column: SQL, texts: SQL): SQL => sql`erase_words(${column}, ${texts}, ${work.pseudonym})`;
/** A document without the persons of `given`. */
const document = (work: ErasureWork, column: SQL): SQL =>
  sql`pseudonymise(${column}, given.persons, ${NAMES}, given.texts, ${work.pseudonym})`;
const names = (doc: SQL, persons = sql`given.persons`): SQL => sql`names_person(${doc}, ${persons}, ${NAMES})`;
/** Rows of another's in which only somebody's words name the client: no word is touched that may be an ordinary one. */
const wordsElsewhere =
  (table: string, key: string, exempt: (work: ErasureWork) => SQL = () => sql`false`): Statement =>
  (work) => {
    const place = PERSONAL_TABLES[table];
    const columns = (typeof place === "object" ? (place.words ?? []) : []).map((name) => sql.identifier(name));
    const all = sql`concat_ws(' ', ${sql.join(columns, sql`, `)})`;
    const set = columns.map((column) => sql`${column} = ${words(work, sql`t.${column}`, sql`given.sure`)}`);
    return sql`with ${givenOf(work)} update ${sql.identifier(table)} t set ${sql.join(set, sql`, `)} from given
      where given.sure <> '{}' and ${words(work, all, sql`given.sure`)} <> ${all} and not (${exempt(work)}) returning t.${sql.identifier(key)}::text as id`;
  };
const isEvidenceHeld = (work: ErasureWork): SQL => isHeld(work, "evidence", sql`t.transaction_id`);

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
      with ${givenOf(work)}
      update report_findings f set description = ${words(work, sql`f.description`, sql`given.texts`)}, evidence = ${document(work, sql`f.evidence`)} from given
      where not ${isHeld(work, "report", sql`f.report_id`)} and (f.report_id in ${reportsNaming(work)}
        or (mentions_any(f.evidence::text, given.texts) and ${names(sql`f.evidence`)})) returning f.id`,
  ],
  [
    "report_history",
    (work) => sql`update report_history set note = null, changes = null where report_id in ${reportsAbout(work)} returning report_id as id`,
  ],
  [
    "report_history",
    (work) => sql`
      with ${givenOf(work)}
      update report_history h set note = ${words(work, sql`h.note`, sql`given.texts`)}, changes = ${document(work, sql`h.changes`)} from given
      where h.report_id in ${reportsNaming(work)} returning h.report_id as id`,
  ],
  [
    "reports_naming",
    (work) => sql`
      with ${givenOf(work)}
      update fraud_reports r set description = ${words(work, sql`r.description`, sql`given.texts`)}, notes = ${words(work, sql`r.notes`, sql`given.texts`)},
        resolution = ${words(work, sql`r.resolution`, sql`given.texts`)}, dedup_key = ${words(work, sql`r.dedup_key`, sql`given.texts`)} from given
      where r.id in ${reportsNaming(work)} and not r.id in ${reportsAbout(work)} returning r.id`,
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
      update fraud_reports set entity_value = ${work.pseudonym}, dedup_key = 'erased:' || id, description = 'erased', notes = '',
        resolution = case when resolution is not null then 'erased' end
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
  ["webhook_events", (work) => eraseDocuments(work, { table: "webhook_events", key: "message", column: "data", type: "json" })],
  ["dead_letters", (work) => eraseDocuments(work, { table: "dead_letters", key: "id", column: "text", type: "text" })],
  [
    "alerts",
    (work) => {
      const all = sql`concat_ws(' ', a.title, a.note, a.dedup_key)`;
      const text = (column: SQL) => words(work, column, sql`named.texts`);
      return sql`
        with ${givenOf(work)},
          named as materialized (
            select a.id, case when is_named then given.texts else given.sure end as texts
            from given cross join alerts a cross join lateral (select mentions_any(a.details::text, given.texts) and ${names(sql`a.details`)} as is_named) found
            where is_named or ${words(work, all, sql`given.sure`)} <> ${all})
        update alerts a set title = ${text(sql`a.title`)}, note = ${text(sql`a.note`)}, dedup_key = ${text(sql`a.dedup_key`)},
          details = ${document(work, sql`a.details`)}
        from named, given where a.id = named.id returning a.id::text as id`;
    },
  ],
  ["reports_naming", wordsElsewhere("fraud_reports", "id", (work) => isHeld(work, "report", sql`t.id`))],
  ["report_findings", wordsElsewhere("report_findings", "id", (work) => isHeld(work, "report", sql`t.report_id`))],
  ["report_history", wordsElsewhere("report_history", "report_id", (work) => isHeld(work, "report", sql`t.report_id`))],
  ["list_reasons", wordsElsewhere("list_entries", "id", (work) => isHeld(work, "block", sql`t.id`))],
  ["evidence_words", wordsElsewhere("customer_communications", "id", isEvidenceHeld)],
  ["evidence_words", wordsElsewhere("evidence_files", "id", isEvidenceHeld)],
];

/**
 * Documents that name the client or what is its own go; one that names it as another's recipient stays, without it. What is no JSON goes when the client
 * stands in it for certain. Most rows are left by a look at their text, before they are parsed; where it has escapes only the parsed value tells.
 */
function eraseDocuments(
  work: ErasureWork,
  { table, key, column, type }: { readonly table: string; readonly key: string; readonly column: string; readonly type: "json" | "text" },
): SQL {
  const [from, id, text] = [sql.identifier(table), sql`t.${sql.identifier(key)}`, sql`t.${sql.identifier(column)}::text`];
  return sql`
    with ${givenOf(work)},
      named as materialized (
        select ${id} as id, doc, doc is null or ${names(sql`doc`, sql`given.persons - 'dest'`)} as goes
        from given cross join ${from} t cross join lateral (select parsed_json(${text}) as doc offset 0) parsed
        where (mentions_any(${text}, given.texts) or strpos(${text}, '\\u') > 0) and case when doc is null then ${words(work, text, sql`given.sure`)} <> ${text}
          else ${names(sql`doc`)} end),
      gone as (delete from ${from} t using named where ${id} = named.id and named.goes returning ${id}::text as id),
      kept as (
        update ${from} t set ${sql.identifier(column)} = ${document(work, sql`named.doc`)}::${sql.raw(type)}
        from named, given where ${id} = named.id and not named.goes returning ${id}::text as id)
    select id from gone union all select id from kept`;
}
