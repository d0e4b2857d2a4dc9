import { type SQL, sql } from "drizzle-orm";
import type { Result } from "../../core/result.ts";
import type { ErasureWork } from "../../ports/privacy.ts";
import { ask, type Database, type Session } from "./database.ts";
import type { PostgresFault } from "./fault.ts";
import { toInstant } from "./instants.ts";
import { NAMES } from "./privacy-names.ts";

/** Claims in Redis live a day after Postgres has the event, and a week before. */
const CLAIMED_DAYS = 9;

/**
 * Erases some events of a client, then those of others that name it as their recipient, then those of guests under its own e-mail addresses; gives how
 * many, 0 at the end. Each slice is one statement: what the events named is remembered with it, so that a run that broke off is taken up where it was.
 */
export function eraseEvents(
  database: Database,
  work: ErasureWork,
  limit: number,
  budgetMs: number,
): Promise<Result<number, PostgresFault>> {
  const received = sql`received_at <= ${toInstant(work.beforeMs)}::timestamptz`;
  const ownEmails = sql`select value from erasure_identifiers where erasure_id = ${work.id} and kind = 'email' and is_own`;
  return ask(database, budgetMs, async (session) => {
    const own = await eraseSlice(session, work, sql`client_id = ${work.clientId} and ${received}`, limit);
    if (own > 0) return own;
    const named = await eraseRecipient(session, work, sql`dest_id = ${work.clientId} and ${received}`, limit);
    return named > 0 ? named : eraseSlice(session, work, sql`client_id is null and email in (${ownEmails}) and ${received}`, limit);
  });
}

/** An answer without whom the list entry that decided it names, and without the words somebody wrote to it. */
const WITHOUT_ENTRY = sql`(case when d.answer #> '{decided_by,value}' is null then d.answer
  else jsonb_set(d.answer #- '{decided_by,value}', '{decided_by,reason}', '"erased"') end)`;

const sliceOf = (where: SQL, limit: number): SQL => sql`select * from events where ${where} limit ${limit}`;

/** Keeps what counts are made of (time, type, status, amount, outcome, the other side) under a pseudonym, and nothing that says who it was. */
async function eraseSlice(session: Session, { id, pseudonym }: ErasureWork, where: SQL, limit: number): Promise<number> {
  const { rows } = await session.execute<{ n: number }>(sql`
    with slice as materialized (${sliceOf(where, limit)}),
      named as (
        insert into erasure_identifiers (erasure_id, kind, value)
        select distinct ${id}, v.kind, v.value from slice s cross join lateral (values ('email', s.email), ('phone', s.phone), ('device', s.device_id),
          ('card', s.card), ('ip', s.ip_key), ('ip', host(s.ip)), ('shipping', s.shipping)) as v (kind, value)
        where v.value <> ''
        on conflict do nothing),
      claimed as (${rememberClaims(id)}),
      decided as (
        update decisions d set automatic_blocks = null, facts = jsonb_set(d.facts, '{values}', impersonal(d.facts -> 'values')),
          answer = jsonb_set(pseudonymise(${WITHOUT_ENTRY}, jsonb_build_object('client', jsonb_build_array(s.client_id)), ${NAMES}, '{}', ${pseudonym}), '{rules}', (select coalesce(jsonb_agg(jsonb_set(r, '{values}', impersonal(r -> 'values'))), '[]')
            from jsonb_array_elements(d.answer -> 'rules') r))
        from slice s join decision_ids i on i.transaction_id = s.id and i.livemode = s.livemode
        where d.decision_id = i.decision_id and d.occurred_at = i.occurred_at),
      told as (
        delete from webhook_events w using slice s join decision_ids i on i.transaction_id = s.id and i.livemode = s.livemode
        where w.livemode = i.livemode and w.id in ('transaction.analyzed:' || i.decision_id, 'fraud.detected:' || i.decision_id, 'risk.high:' || i.decision_id)),
      erased as (
        update events e set client_id = ${pseudonym}, device_id = null, ip = null, ip_key = null, card = null, email = null, phone = null, shipping = null,
          city = null, bin = null, merchant_1 = null, merchant_2 = null, latitude = null, longitude = null, velocity_pending = false, body = '{}'
        from slice s where e.id = s.id and e.livemode = s.livemode and e.occurred_at = s.occurred_at
        returning 1)
    select count(*)::float8 as n from erased`);
  return rows[0]?.n ?? 0;
}

/** Of another client's event only the recipient is somebody else; the payer is remembered, whose cached aggregates name it. */
async function eraseRecipient(session: Session, { id, clientId, pseudonym }: ErasureWork, where: SQL, limit: number): Promise<number> {
  const persons = sql`${JSON.stringify({ client: [clientId], dest: [clientId] })}::jsonb`;
  const sure = sql`array(select t from unnest(array[${clientId}::text]) t where is_distinctive(t))`;
  const without = (column: SQL) => sql`pseudonymise(${column}, ${persons}, ${NAMES}, ${sure}, ${pseudonym})`;
  const { rows } = await session.execute<{ n: number }>(sql`
    with slice as materialized (${sliceOf(where, limit)}),
      claimed as (${rememberClaims(id)}),
      paid as (
        insert into erasure_identifiers (erasure_id, kind, value, is_own) select distinct ${id}, 'payer', client_id, true from slice where client_id is not null
        on conflict do nothing),
      decided as (
        update decisions d set facts = ${without(sql`d.facts`)}, answer = ${without(sql`d.answer`)}, automatic_blocks = ${without(sql`d.automatic_blocks`)}
        from slice s join decision_ids i on i.transaction_id = s.id and i.livemode = s.livemode
        where d.decision_id = i.decision_id and d.occurred_at = i.occurred_at),
      erased as (
        update events e set dest_id = ${pseudonym}, body = ${without(sql`e.body`)}
        from slice s where e.id = s.id and e.livemode = s.livemode and e.occurred_at = s.occurred_at
        returning 1)
    select count(*)::float8 as n from erased`);
  return rows[0]?.n ?? 0;
}

const rememberClaims = (erasureId: string): SQL => sql`
  insert into erasure_identifiers (erasure_id, kind, value, is_own)
  select distinct ${erasureId}, 'claim', case when livemode then 'live:' else 'test:' end || id, true from slice
  where received_at > now() - make_interval(days => ${CLAIMED_DAYS})
  on conflict do nothing`;
