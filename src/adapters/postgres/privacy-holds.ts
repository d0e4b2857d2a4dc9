import { type SQL, sql } from "drizzle-orm";
import type { AuditSealer } from "../../core/audit/seal.ts";
import type { HeldKind } from "../../core/privacy/erasure.ts";
import type { Result } from "../../core/result.ts";
import type { DueHold } from "../../ports/privacy.ts";
import { ask, type Database } from "./database.ts";
import type { PostgresFault } from "./fault.ts";
import { toInstant } from "./instants.ts";
import { forgetAudited } from "./privacy-erase-records.ts";

interface HoldRow {
  readonly [column: string]: unknown;
  readonly erasure_id: string;
  readonly kind: HeldKind;
  readonly record_id: string;
  readonly pseudonym: string;
  readonly marked_kind: string | null;
  readonly marked_value: string | null;
}

/** Holds whose time is over, or whose block or report has ended before it. */
export function dueHolds(
  database: Database,
  nowMs: number,
  limit: number,
  budgetMs: number,
): Promise<Result<readonly DueHold[], PostgresFault>> {
  const now = at(nowMs);
  return ask(database, budgetMs, async (session) => {
    const { rows } = await session.execute<HoldRow>(sql`
      select h.erasure_id, h.kind, h.record_id, e.pseudonym, l.kind as marked_kind, l.entity as marked_value
      from erasure_holds h join erasures e on e.id = h.erasure_id left join list_entries l on h.kind = 'block' and l.id = h.record_id
      where h.released_at is null and e.status = 'done' and (h.until_at <= ${now}
        or h.kind = 'block' and (l.id is null or not l.is_active or l.expires_at <= ${now})
        or h.kind = 'report' and not exists (select from fraud_reports r where r.id = h.record_id and r.status in ('pending', 'reviewing')))
      order by h.until_at limit ${limit}`);
    return rows.map(({ erasure_id, kind, record_id, pseudonym, marked_kind, marked_value }) => ({
      ...{ erasureId: erasure_id, kind, recordId: record_id, pseudonym },
      marked: marked_kind === null || marked_value === null ? null : { kind: marked_kind, value: marked_value },
    }));
  });
}

/** Erases what erasures had left; a hold and its record in one statement. */
export function releaseHolds(
  database: Database,
  sealer: AuditSealer,
  holds: readonly DueHold[],
  nowMs: number,
  budgetMs: number,
): Promise<Result<void, PostgresFault>> {
  return ask(database, budgetMs, async (session) => {
    await forgetAudited(
      session,
      sealer,
      holds.map(({ kind, recordId }) => ({ kind: AUDITED[kind], id: recordId })),
    );
    for (const hold of holds)
      await session.execute(sql`
        with released as (update erasure_holds set released_at = ${at(nowMs)}
          where erasure_id = ${hold.erasureId} and kind = ${hold.kind} and record_id = ${hold.recordId})${ERASING[hold.kind](hold, at(nowMs))}`);
  });
}

const AUDITED: Readonly<Record<HeldKind, string>> = { block: "list_entry", report: "report", evidence: "evidence" };

/** What follows the `with` of a release, by kind. */
const ERASING: Readonly<Record<HeldKind, (hold: DueHold, now: SQL) => SQL>> = {
  block: ({ recordId, pseudonym }, now) => sql`
    update list_entries set is_active = false, ended_at = coalesce(ended_at, ${now}), ended_by = coalesce(ended_by, 'system:erasure'), reason = 'erased',
      value = case when kind = 'ip' then '0.0.0.0' else ${pseudonym} end, entity = null, version = version + 1, changed_at = now()
    where id = ${recordId}`,
  report: ({ recordId, pseudonym }) => sql`,
      findings as (update report_findings set description = 'erased', evidence = '{}' where report_id = ${recordId}),
      history as (update report_history set note = null, changes = null where report_id = ${recordId}),
      related as (delete from report_related where report_id = ${recordId})
    update fraud_reports set entity_value = ${pseudonym}, dedup_key = 'erased:' || id, description = 'erased', notes = '',
      resolution = case when resolution is not null then 'erased' end where id = ${recordId}`,
  evidence: ({ recordId }, now) => sql`,
      objects as (insert into evidence_uploads (object_key, began_at)
        select object_key, to_timestamp(0) from evidence_files f join evidence_records r using (transaction_id, livemode)
        where r.transaction_id = ${recordId} and r.hold_until <= ${now} on conflict do nothing)
    delete from evidence_records where transaction_id = ${recordId} and hold_until <= ${now}`,
};

const at = (ms: number): SQL => sql`${toInstant(ms)}::timestamptz`;
