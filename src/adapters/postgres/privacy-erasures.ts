import { eq, sql } from "drizzle-orm";
import type { AuditSealer } from "../../core/audit/seal.ts";
import type { IdentifierKind } from "../../core/privacy/erasure.ts";
import type { ErasureStore, ErasureWork } from "../../ports/privacy.ts";
import { ask, type Database } from "./database.ts";
import { epochMs, toInstant } from "./instants.ts";
import { eraseEvents } from "./privacy-erase-events.ts";
import { eraseRecords } from "./privacy-erase-records.ts";
import { dueHolds, releaseHolds } from "./privacy-holds.ts";
import { entitiesOf } from "./privacy-names.ts";
import { erasureHolds, erasures } from "./schema/privacy.ts";
import { prepareChange } from "./staff-change.ts";

interface WorkRow {
  readonly [column: string]: unknown;
  readonly id: string;
  readonly client_id: string;
  readonly pseudonym: string;
  readonly before_ms: number;
  readonly place: string | null;
}

/** Erasures in Postgres. */
export function createErasureStore(database: Database, sealer: AuditSealer, timeZone: string): ErasureStore {
  return {
    subjectOf: (clientId) => sealer.subjectOf({ kind: "client", id: clientId, isPersonal: true }),
    latest: (subject, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const [row] = await session
          .select()
          .from(erasures)
          .where(eq(erasures.subject, subject))
          .orderBy(sql`${erasures.requestedAt} desc`)
          .limit(1);
        if (row === undefined) return null;
        const held = await session
          .select()
          .from(erasureHolds)
          .where(eq(erasureHolds.erasureId, row.id))
          .orderBy(erasureHolds.kind, erasureHolds.recordId);
        const { id, status, pseudonym, requestedBy, counts } = row;
        return {
          ...{ id, status, pseudonym, requestedBy, counts },
          requestedAtMs: row.requestedAt.getTime(),
          finishedAtMs: row.finishedAt?.getTime() ?? null,
          beforeMs: row.beforeAt.getTime(),
          held: held.map(({ kind, recordId, reason, untilAt, releasedAt }) => ({
            ...{ kind, recordId, reason },
            untilMs: untilAt.getTime(),
            releasedAtMs: releasedAt?.getTime() ?? null,
          })),
        };
      }),
    isKnown: (clientId, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const isHeld = sql`exists (select from erasure_holds h where h.record_id = held.id and h.released_at is null)`;
        const { rows } = await session.execute<{ known: boolean }>(sql`select
          exists (select from events where client_id = ${clientId}) or exists (select from events where dest_id = ${clientId})
          or exists (select from user_profiles where client_id = ${clientId}) or exists (select from behavioral_patterns where client_id = ${clientId})
          or exists (select from consents where client_id = ${clientId})
          or exists (select from (
            select transaction_id as id from evidence_records where client_id = ${clientId}
            union all select id from list_entries where kind in ('client', 'dest') and value = ${clientId}
            union all select id from fraud_reports where entity_kind in ('client', 'dest') and entity_value = ${clientId}
            union all select report_id from report_related where kind in ('client', 'dest') and value = ${clientId}
          ) held where not ${isHeld}) as known`);
        return rows[0]?.known === true;
      }),
    requesting: (erasure) =>
      prepareChange(() => [
        sql`insert into erasures (id, subject, client_id, pseudonym, status, before_at, requested_by, requested_at)
          select ${erasure.id}, ${erasure.subject}, ${erasure.clientId}, ${erasure.pseudonym}, 'running', ${toInstant(erasure.requestedAtMs)}::timestamptz,
            ${erasure.requestedBy}, ${toInstant(erasure.requestedAtMs)}::timestamptz returning id`,
      ]),
    take: (id, nowMs, leaseMs, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const now = sql`${toInstant(nowMs)}::timestamptz`;
        const { rows } = await session.execute<WorkRow>(sql`
          update erasures set leased_until = ${toInstant(nowMs + leaseMs)}::timestamptz
          where id = (select id from erasures where status = 'running' and (leased_until is null or leased_until <= ${now})
            and ${id === null ? sql`true` : sql`id = ${id}`} order by requested_at limit 1 for update skip locked)
          returning id, client_id, pseudonym, ${epochMs(sql`before_at`)} as before_ms, place`);
        const [row] = rows;
        return row === undefined
          ? null
          : { id: row.id, clientId: row.client_id, pseudonym: row.pseudonym, beforeMs: row.before_ms, place: row.place };
      }),
    giveBack: (work, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        await session.execute(sql`update erasures set leased_until = null where id = ${work.id}`);
      }),
    eraseEvents: async (work, limit, budgetMs) => {
      const erased = await eraseEvents(database, work, limit, budgetMs);
      if (!erased.ok || erased.value === 0) return erased;
      const counted = await ask(database, budgetMs, async (session) => {
        await session.execute(sql`update erasures set place = null, counts = jsonb_set(counts, '{events}',
          to_jsonb(coalesce((counts ->> 'events')::float8, 0) + ${erased.value}::float8)) where id = ${work.id}`);
      });
      return counted.ok ? erased : counted;
    },
    unsettled: (work, limit, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const { rows } = await session.execute<{ kind: IdentifierKind; value: string }>(
          sql`select kind, value from erasure_identifiers where erasure_id = ${work.id} and is_own is null order by kind, value limit ${limit}`,
        );
        return rows.map(({ kind, value }) => ({ kind, value }));
      }),
    settle: (work, own, shared, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const settled = [...own.map((one) => ({ ...one, is_own: true })), ...shared.map((one) => ({ ...one, is_own: false }))];
        await session.execute(sql`
          with settled as (select * from jsonb_to_recordset(${JSON.stringify(settled)}::jsonb) as s(kind text, value text, is_own boolean)),
            counted as (update erasures set place = null, counts = jsonb_set(counts, '{shared}', to_jsonb(coalesce((counts ->> 'shared')::float8, 0) + ${shared.length}::float8))
              where id = ${work.id})
          update erasure_identifiers i set is_own = s.is_own from settled s where i.erasure_id = ${work.id} and i.kind = s.kind and i.value = s.value`);
      }),
    eraseRecords: (work, place, nowMs, budgetMs) => eraseRecords(database, sealer, { work, place, nowMs }, budgetMs),
    remembered: (work, budgetMs) => ask(database, budgetMs, (session) => rememberedOf(session, work)),
    finish: (work, nowMs, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        // The views hold what the events were when they were refreshed last.
        await session.execute(sql`select refresh_client_statistics(${timeZone})`);
        await session.execute(sql`
          with forgotten as (delete from erasure_identifiers where erasure_id = ${work.id})
          update erasures set status = 'done', client_id = null, place = null, leased_until = null, finished_at = ${toInstant(nowMs)}::timestamptz, counts = counts - 'held_marks'
          where id = ${work.id}`);
      }),
    dueHolds: (nowMs, limit, budgetMs) => dueHolds(database, nowMs, limit, budgetMs),
    release: (holds, nowMs, budgetMs) => releaseHolds(database, sealer, holds, nowMs, budgetMs),
  };
}

async function rememberedOf(session: Parameters<Parameters<typeof ask>[2]>[0], work: ErasureWork) {
  const identifiers = await session.execute<{ kind: IdentifierKind; value: string }>(
    sql`select kind, value from erasure_identifiers where erasure_id = ${work.id} and is_own and kind not in ('claim', 'payer')`,
  );
  const remembered = await session.execute<{ kind: string; value: string }>(
    sql`select kind, value from erasure_identifiers where erasure_id = ${work.id} and kind in ('claim', 'payer')`,
  );
  const marked = await session.execute<{ kind: string; value: string }>(sql`
    select distinct n.kind, n.value from ${entitiesOf(work)} n join list_entries l on l.kind = n.kind and l.entity = n.value
    join erasure_holds h on h.record_id = l.id and h.kind = 'block' and h.erasure_id = ${work.id}`);
  return {
    own: identifiers.rows.map(({ kind, value }) => ({ kind, value })),
    marked: marked.rows.map(({ kind, value }) => ({ kind, value })),
    payers: remembered.rows.flatMap(({ kind, value }) => (kind === "payer" ? [value] : [])),
    events: remembered.rows
      .filter(({ kind }) => kind === "claim")
      .map(({ value }) => ({
        world: value.startsWith("live:") ? ("live" as const) : ("test" as const),
        id: value.slice(5),
      })),
  };
}
