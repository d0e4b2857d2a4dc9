import { sql } from "drizzle-orm";
import type { Result } from "../../../core/result.ts";
import type { KeptChargeback } from "../../../ports/evidence.ts";
import { ask, type Database } from "../database.ts";
import type { PostgresFault } from "../fault.ts";
import { toInstant } from "../instants.ts";

/** Keeps what is known when a chargeback comes. The first snapshot stays; a later chargeback only lengthens the hold. */
export function keepChargeback(
  database: Database,
  { chargeback, clientId, snapshot, holdUntilMs, nowMs }: KeptChargeback,
  budgetMs: number,
): Promise<Result<void, PostgresFault>> {
  const instant = (ms: number) => sql`${toInstant(ms)}::timestamptz`;
  return ask(database, budgetMs, async (session) => {
    await session.execute(sql`
      insert into evidence_records as r (livemode, transaction_id, client_id, chargeback_id, chargeback_at, reason_code, snapshot, snapshot_at,
        snapshot_sha256, delivery, hold_until, created_at, version)
      values (${chargeback.livemode}, ${chargeback.transactionId}, ${clientId}, ${chargeback.paymentId}, ${instant(chargeback.atMs)}, ${chargeback.reasonCode},
        ${snapshot?.text ?? null}::json, ${snapshot === null ? sql`null` : instant(nowMs)}, ${snapshot?.sha256 ?? null}, '[]', ${instant(holdUntilMs)},
        ${instant(nowMs)}, 1)
      on conflict (transaction_id, livemode) do update set
        client_id = coalesce(r.client_id, excluded.client_id),
        chargeback_id = coalesce(r.chargeback_id, excluded.chargeback_id),
        chargeback_at = coalesce(r.chargeback_at, excluded.chargeback_at),
        reason_code = coalesce(r.reason_code, excluded.reason_code),
        snapshot = coalesce(r.snapshot, excluded.snapshot),
        snapshot_at = coalesce(r.snapshot_at, excluded.snapshot_at),
        snapshot_sha256 = coalesce(r.snapshot_sha256, excluded.snapshot_sha256),
        hold_until = greatest(r.hold_until, excluded.hold_until)`);
  });
}
