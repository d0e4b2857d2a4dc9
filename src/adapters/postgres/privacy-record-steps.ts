import { type SQL, sql } from "drizzle-orm";
import type { HeldKind } from "../../core/privacy/erasure.ts";
import { PERSONAL_TABLES } from "../../core/privacy/personal-places.ts";
import type { ErasureWork } from "../../ports/privacy.ts";
import { entitiesOf, givenOf, NAMES } from "./privacy-names.ts";

/** How many documents one step rewrites, and of how many rows it reads the words. */
const DOCUMENTS_PER_STEP = 500;
const WORDS_PER_STEP = 1_000;

export interface StepInput {
  readonly work: ErasureWork;
  readonly now: string;
  /** The key of the last row read by the step before, of this name; null for the first. */
  readonly after: string | null;
}
/** One step of an erasure: a statement that gives the `ids` of the rows it erased, and as `last` the key of the last one read when others follow it. */
export interface RecordStep {
  /** Without spaces and unique: places hold it. */
  readonly name: string;
  /** What its rows are counted as. */
  readonly counts: string;
  /** The kind under which the audit log sealed what it says of these rows; null when it says nothing of them. */
  readonly audited: string | null;
  readonly statement: (input: StepInput) => SQL;
}
type Erasing = (input: StepInput) => SQL;

/** A step over the client's own rows, found by an index. `erasing` is a CTE list that ends with `erased`, the rows' ids. */
const whole = (name: string, counts: string, erasing: Erasing, audited: string | null = null): RecordStep => ({
  ...{ name, counts, audited },
  statement: (input) => sql`with ${erasing(input)} select array_agg(id::text) as ids, null as last from erased`,
});
/** A step over some rows of a table, in the order of their key. `erasing` begins with the CTE `page`, the keys it reads, and ends with `erased`. */
const paged = (name: string, counts: string, rows: number, erasing: Erasing): RecordStep => ({
  ...{ name, counts, audited: null },
  statement: (input) => sql`with ${erasing(input)}
    select (select array_agg(id::text) from erased) as ids, case when count(*) >= ${rows}::integer then max(id)::text end as last from page`,
});

interface Place {
  readonly table: string;
  readonly key: string;
  readonly keyType: "text" | "bigint";
}
const past = (key: SQL, { keyType }: Place, after: string | null): SQL =>
  after === null ? sql`true` : sql`${key} > ${after}::${sql.raw(keyType)}`;
/** Keys of rows whose document may name the client, by the index of the entities that it names. */
const pageNaming = (place: Place, document: SQL, after: string | null): SQL => {
  const key = sql`t.${sql.identifier(place.key)}`;
  // Materialized, so that Postgres does not walk the key instead and read every document.
  return sql`candidate as materialized (
      select ${key} as id from given cross join ${sql.identifier(place.table)} t where entity_keys(${document}) && given.keys and ${past(key, place, after)}),
    page as materialized (select id from candidate order by id limit ${DOCUMENTS_PER_STEP})`;
};

/** As an array, so that Postgres looks the keys up however many rows the table has. */
const IN_PAGE = sql`any(array(select id from page))`;

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
function wordsElsewhere(counts: string, place: Place, exempt: (work: ErasureWork) => SQL): RecordStep {
  const { table, key } = place;
  const held = PERSONAL_TABLES[table];
  const columns = [...(typeof held === "object" ? (held.words ?? []) : []), ...(table === "alerts" ? ["dedup_key"] : [])].map((name) =>
    sql.identifier(name),
  );
  const all = sql`concat_ws(' ', ${sql.join(
    columns.map((column) => sql`t.${column}`),
    sql`, `,
  )})`;
  const id = sql`t.${sql.identifier(key)}`;
  return paged(`${table}_words`, counts, WORDS_PER_STEP, ({ work, after }) => {
    const set = columns.map((column) => sql`${column} = ${words(work, sql`t.${column}`, sql`given.sure`)}`);
    return sql`${givenOf(work)},
      page as materialized (select ${id} as id from ${sql.identifier(table)} t
        where (select sure <> '{}' from given) and ${past(id, place, after)} order by 1 limit ${WORDS_PER_STEP}),
      erased as (update ${sql.identifier(table)} t set ${sql.join(set, sql`, `)} from given
        where ${id} = ${IN_PAGE} and ${words(work, all, sql`given.sure`)} <> ${all} and not (${exempt(work)}) returning ${id} as id)`;
  });
}

/**
 * Documents that name the client or what is its own go; one that names it as another's recipient stays, without it. What is no JSON goes when the client
 * stands in it for certain.
 */
function documents(table: string, key: string, keyType: "text" | "bigint", column: string, type: "json" | "text"): RecordStep {
  const place: Place = { table, key, keyType };
  const [from, id, text] = [sql.identifier(table), sql`t.${sql.identifier(key)}`, sql`t.${sql.identifier(column)}::text`];
  return paged(
    table,
    table,
    DOCUMENTS_PER_STEP,
    ({ work, after }) => sql`${givenOf(work)}, ${pageNaming(place, text, after)},
      named as materialized (
        select ${id} as id, doc is null or ${names(sql`doc`, sql`given.persons - 'dest'`)} as goes
        from given cross join ${from} t cross join lateral (select parsed_json(${text}) as doc offset 0) parsed
        where ${id} = ${IN_PAGE} and case when doc is null then ${words(work, text, sql`given.sure`)} <> ${text} else ${names(sql`doc`)} end),
      gone as (delete from ${from} t where ${id} = any(array(select id from named where goes)) returning ${id} as id),
      kept as (
        update ${from} t set ${sql.identifier(column)} = ${document(work, sql`parsed_json(${text})`)}::${sql.raw(type)}
        from given where ${id} = any(array(select id from named where not goes)) returning ${id} as id),
      erased as (select id from gone union all select id from kept)`,
  );
}

const ALERTS: Place = { table: "alerts", key: "id", keyType: "bigint" };
const FINDINGS: Place = { table: "report_findings", key: "id", keyType: "text" };
const ofClient = (counts: string, table: string): RecordStep =>
  whole(
    counts,
    counts,
    ({ work }) => sql`erased as (delete from ${sql.raw(table)} where client_id = ${work.clientId} returning client_id as id)`,
  );
const isEvidenceHeld = (work: ErasureWork): SQL => isHeld(work, "evidence", sql`t.transaction_id`);

/** Reports are found by what they are about or name, so what names them is erased last. */
export const RECORD_STEPS: readonly RecordStep[] = [
  ofClient("profiles", "user_profiles"),
  ofClient("login_patterns", "behavioral_patterns"),
  ofClient("countries", "client_countries"),
  whole(
    "addresses",
    "addresses",
    ({ work }) => sql`
      own as (select value from ${entitiesOf(work)} entity where kind = 'ip'),
      parties as (delete from ip_parties where ip_key in (select value from own)),
      erased as (delete from ip_analysis where ip_key in (select value from own) returning ip_key as id)`,
  ),
  ofClient("consents", "consents"),
  whole(
    "list_entries",
    "list_entries",
    ({ work, now }) => sql`erased as (
      update list_entries l set is_active = false, ended_at = coalesce(ended_at, ${now}::timestamptz), ended_by = coalesce(ended_by, 'system:erasure'),
        reason = 'erased', value = case when l.kind = 'ip' then '0.0.0.0' else ${work.pseudonym} end, entity = null, version = version + 1, changed_at = now()
      from (select distinct kind, value from ${entitiesOf(work)} entity) n
      where l.kind = n.kind and (l.value = n.value or l.entity = n.value) and not ${isHeld(work, "block", sql`l.id`)} returning l.id)`,
    "list_entry",
  ),
  // Marks are written anew from what changed: a held block keeps its own without the entries that were erased.
  whole(
    "held_marks",
    "held_marks",
    ({ work }) => sql`erased as (update list_entries l set changed_at = now() from erasure_holds h
      where h.erasure_id = ${work.id} and h.kind = 'block' and h.record_id = l.id returning l.id)`,
  ),
  whole(
    "findings_about",
    "report_findings",
    ({ work }) => sql`erased as (
      update report_findings f set description = 'erased', evidence = '{}' where report_id in ${reportsAbout(work)} returning f.id)`,
  ),
  whole(
    "findings_related",
    "report_findings",
    ({ work }) => sql`${givenOf(work)}, erased as (
      update report_findings f set description = ${words(work, sql`f.description`, sql`given.texts`)}, evidence = ${document(work, sql`f.evidence`)} from given
      where f.report_id in ${reportsNaming(work)} returning f.id)`,
  ),
  paged(
    "findings_naming",
    "report_findings",
    DOCUMENTS_PER_STEP,
    ({ work, after }) => sql`${givenOf(work)}, ${pageNaming(FINDINGS, sql`t.evidence::text`, after)}, erased as (
      update report_findings f set description = ${words(work, sql`f.description`, sql`given.texts`)}, evidence = ${document(work, sql`f.evidence`)}
      from given where f.id = ${IN_PAGE} and ${names(sql`f.evidence`)} and not ${isHeld(work, "report", sql`f.report_id`)} returning f.id)`,
  ),
  whole(
    "history_about",
    "report_history",
    ({ work }) =>
      sql`erased as (update report_history set note = null, changes = null where report_id in ${reportsAbout(work)} returning id)`,
  ),
  whole(
    "history_related",
    "report_history",
    ({ work }) => sql`${givenOf(work)}, erased as (
      update report_history h set note = ${words(work, sql`h.note`, sql`given.texts`)}, changes = ${document(work, sql`h.changes`)} from given
      where h.report_id in ${reportsNaming(work)} returning h.id)`,
  ),
  whole(
    "reports_naming",
    "reports_naming",
    ({ work }) => sql`${givenOf(work)}, erased as (
      update fraud_reports r set description = ${words(work, sql`r.description`, sql`given.texts`)}, notes = ${words(work, sql`r.notes`, sql`given.texts`)},
        resolution = ${words(work, sql`r.resolution`, sql`given.texts`)}, dedup_key = ${words(work, sql`r.dedup_key`, sql`given.texts`)} from given
      where r.id in ${reportsNaming(work)} and not r.id in ${reportsAbout(work)} returning r.id)`,
  ),
  whole(
    "report_relations",
    "report_relations",
    ({ work }) => sql`
      related as (select p.report_id, p.kind, p.value from report_related p join ${entitiesOf(work)} n on p.kind = n.kind and p.value = n.value
        union select report_id, kind, value from report_related where report_id in ${reportsAbout(work)}),
      erased as (delete from report_related p using related r where p.report_id = r.report_id and p.kind = r.kind and p.value = r.value
        and not ${isHeld(work, "report", sql`p.report_id`)} returning p.report_id as id)`,
  ),
  whole(
    "reports",
    "reports",
    ({ work }) => sql`erased as (
      update fraud_reports set entity_value = ${work.pseudonym}, dedup_key = 'erased:' || id, description = 'erased', notes = '',
        resolution = case when resolution is not null then 'erased' end
      where id in ${reportsAbout(work)} returning id)`,
    "report",
  ),
  whole(
    "evidence",
    "evidence",
    ({ work: { clientId }, now }) => sql`
      objects as (
        insert into evidence_uploads (object_key, began_at)
        select f.object_key, to_timestamp(0) from evidence_files f join evidence_records r on r.transaction_id = f.transaction_id and r.livemode = f.livemode
        where r.client_id = ${clientId} and (r.hold_until is null or r.hold_until <= ${now}::timestamptz)
        on conflict do nothing),
      erased as (
        delete from evidence_records where client_id = ${clientId} and (hold_until is null or hold_until <= ${now}::timestamptz)
        returning transaction_id as id)`,
    "evidence",
  ),
  documents("webhook_events", "message", "text", "data", "json"),
  documents("dead_letters", "id", "bigint", "text", "text"),
  paged(
    "alerts",
    "alerts",
    DOCUMENTS_PER_STEP,
    ({ work, after }) => sql`${givenOf(work)}, ${pageNaming(ALERTS, sql`t.details::text`, after)}, erased as (
      update alerts a set title = ${words(work, sql`a.title`, sql`given.texts`)}, note = ${words(work, sql`a.note`, sql`given.texts`)},
        dedup_key = ${words(work, sql`a.dedup_key`, sql`given.texts`)}, details = ${document(work, sql`a.details`)}
      from given where a.id = ${IN_PAGE} and ${names(sql`a.details`)} returning a.id)`,
  ),
  wordsElsewhere("alerts", ALERTS, () => sql`false`),
  wordsElsewhere("reports_naming", { table: "fraud_reports", key: "id", keyType: "text" }, (work) => isHeld(work, "report", sql`t.id`)),
  wordsElsewhere("report_findings", FINDINGS, (work) => isHeld(work, "report", sql`t.report_id`)),
  wordsElsewhere("report_history", { table: "report_history", key: "id", keyType: "bigint" }, (work) =>
    isHeld(work, "report", sql`t.report_id`),
  ),
  wordsElsewhere("list_reasons", { table: "list_entries", key: "id", keyType: "text" }, (work) => isHeld(work, "block", sql`t.id`)),
  wordsElsewhere("evidence_words", { table: "customer_communications", key: "id", keyType: "text" }, isEvidenceHeld),
  wordsElsewhere("evidence_words", { table: "evidence_files", key: "id", keyType: "text" }, isEvidenceHeld),
];
