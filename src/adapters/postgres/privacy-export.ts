import { type SQL, sql } from "drizzle-orm";
import type { ExportSource } from "../../ports/privacy.ts";
import { ask, type Database } from "./database.ts";
import { NAMES } from "./privacy-names.ts";

/** Rows `(place, data)` of a section after a place, in the order of places. */
type Section = (clientId: string, after: string | null, limit: number) => SQL;

/** More than this many of one client's reports or list entries are no person's. */
const ALL = 10_000;

/** Events in order by world, time and id, and what belongs to them; a place is `[livemode, time, id]` as JSON. */
const eventPage = (clientId: string, after: string | null, limit: number): SQL => {
  const place =
    after === null
      ? sql`true`
      : sql`(livemode, occurred_at, id) > (select (p ->> 0)::boolean, (p ->> 1)::timestamptz, p ->> 2 from (select ${after}::jsonb as p) given)`;
  return sql`select *, json_build_array(livemode, occurred_at, id)::text as place from events where client_id = ${clientId} and ${place}
    order by livemode, occurred_at, id limit ${limit}`;
};

const events: Section = (clientId, after, limit) => sql`
  with page as (${eventPage(clientId, after, limit)})
  select place, to_jsonb(page) - 'place' - 'velocity_pending' - 'body_hash' as data from page order by livemode, occurred_at, id`;

const decisions: Section = (clientId, after, limit) => sql`
  with page as (${eventPage(clientId, after, limit)})
  select page.place, (select coalesce(jsonb_agg(to_jsonb(d) - 'body_hash' || jsonb_build_object('labels',
      (select coalesce(jsonb_agg(to_jsonb(l) - 'id' order by l.labelled_at), '[]') from labels l where l.decision_id = d.decision_id)) order by d.decided_at), '[]')
    from decision_ids i join decisions d on d.decision_id = i.decision_id and d.occurred_at = i.occurred_at
    where i.transaction_id = page.id and i.livemode = page.livemode) as data
  from page order by livemode, occurred_at, id`;

/** Sections that fit one page. */
const whole =
  (rows: (clientId: string) => SQL): Section =>
  (clientId, after) =>
    after === null
      ? sql`select '' as place, to_jsonb(r) as data from (${rows(clientId)}) r limit ${ALL}`
      : sql`select '' as place, null::jsonb as data where false`;

/** The client and what its events name: e-mail addresses, telephone numbers, devices, cards, addresses. */
const entitiesOf = (clientId: string): SQL => sql`(
  select 'client' as kind, ${clientId}::text as value union select 'dest', ${clientId}
  union select v.kind, v.value from events e cross join lateral (values ('email', e.email), ('phone', e.phone), ('device', e.device_id), ('card', e.card),
    ('ip', e.ip_key), ('ip', host(e.ip)), ('shipping', e.shipping)) as v (kind, value) where e.client_id = ${clientId} and v.value is not null)`;

/** Whether a column's document names the client, as payer or as recipient; by the index of the entities that documents name. */
const naming = (
  clientId: string,
  column: SQL,
): SQL => sql`(entity_keys(${column}) && array[entity_key('client', ${clientId}), entity_key('dest', ${clientId})]
  and names_person(parsed_json(${column}), ${JSON.stringify({ client: [clientId], dest: [clientId] })}::jsonb, ${NAMES}))`;

const SECTIONS: Readonly<Record<string, Section>> = {
  profile: whole((client) => sql`select * from user_profiles where client_id = ${client}`),
  consents: whole(
    (client) =>
      sql`select livemode, purpose, granted, given_at, source, recorded_at from consents where client_id = ${client} order by given_at, id`,
  ),
  login_patterns: whole((client) => sql`select * from behavioral_patterns where client_id = ${client}`),
  statistics: whole((client) => sql`select * from client_statistics_30d where client_id = ${client}`),
  events,
  received: whole(
    (client) => sql`
    select livemode, id, occurred_at, transaction_type, status, amount_minor, currency from events where dest_id = ${client} order by occurred_at desc`,
  ),
  decisions,
  list_entries: whole(
    (client) => sql`
    select distinct l.id, l.livemode, l.verdict, l.kind, l.value, l.reason, l.source, l.created_at, l.expires_at, l.is_active, l.ended_at, l.rule_id
    from list_entries l join ${entitiesOf(client)} n on l.kind = n.kind and (l.value = n.value or l.entity = n.value)`,
  ),
  reports: whole(
    (client) => sql`
    select r.*, (select coalesce(jsonb_agg(to_jsonb(f) order by f.found_at), '[]') from report_findings f where f.report_id = r.id) as found,
      (select coalesce(jsonb_agg(to_jsonb(h) order by h.id), '[]') from report_history h where h.report_id = r.id) as history
    from fraud_reports r where r.id in (
      select id from fraud_reports where entity_kind in ('client', 'dest') and entity_value = ${client}
      union select report_id from report_related where kind in ('client', 'dest') and value = ${client})`,
  ),
  evidence: whole(
    (client) => sql`
    select r.*, (select coalesce(jsonb_agg(to_jsonb(m) order by m.occurred_at), '[]') from customer_communications m
        where m.transaction_id = r.transaction_id and m.livemode = r.livemode) as communications,
      (select coalesce(jsonb_agg(to_jsonb(f) - 'wrapped' - 'master' - 'object_key' order by f.added_at), '[]') from evidence_files f
        where f.transaction_id = r.transaction_id and f.livemode = r.livemode) as files
    from evidence_records r where r.client_id = ${client}`,
  ),
  countries: whole(
    (client) =>
      sql`select livemode, country, first_at, last_at from client_countries where client_id = ${client} order by livemode, country`,
  ),
  webhook_events: whole(
    (client) => sql`
    select id, livemode, type, occurred_at, data from webhook_events where message in (
      select message from webhook_events where ${naming(client, sql`data::text`)}
      union select w.message from events e join decision_ids i on i.transaction_id = e.id and i.livemode = e.livemode
        cross join unnest(array['transaction.analyzed:', 'fraud.detected:', 'risk.high:']) prefix
        join webhook_events w on w.livemode = i.livemode and w.id = prefix || i.decision_id where e.client_id = ${client})`,
  ),
  dead_letters: whole((client) => sql`select id, reason, created_at, text from dead_letters where ${naming(client, sql`text`)}`),
  alerts: whole(
    (client) =>
      sql`select id, livemode, kind, title, details, first_seen_at, status from alerts where ${naming(client, sql`details::text`)}`,
  ),
  named_lists: whole(
    (client) => sql`
    select l.name, l.type, l.description from named_lists l join contents c on c.hash = l.hash
    where l.type = 'id' and parsed_json(c.text) -> 'entries' ? ${client}::text`,
  ),
};

/** Everything Postgres holds of a client, section by section, both worlds. */
export function createExportSource(database: Database): ExportSource {
  return {
    sections: Object.keys(SECTIONS),
    page: (name, clientId, after, limit, budgetMs) => {
      const section = SECTIONS[name];
      if (section === undefined) throw new TypeError(`no section \`${name}\``);
      return ask(database, budgetMs, async (session) => {
        const { rows } = await session.execute<SectionRow>(section(clientId, after, limit));
        const last = rows.at(-1);
        return {
          rows: rows.flatMap(({ data }) => data),
          next: rows.length < limit || last === undefined || last.place === "" ? null : last.place,
        };
      });
    },
  };
}

interface SectionRow {
  readonly [column: string]: unknown;
  readonly place: string;
  readonly data: Readonly<Record<string, unknown>> | readonly Readonly<Record<string, unknown>>[];
}
