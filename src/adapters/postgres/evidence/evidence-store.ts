import { asc, inArray, lt, sql } from "drizzle-orm";
import type { EvidenceStore } from "../../../ports/evidence.ts";
import { ask, type Database } from "../database.ts";
import { toInstant } from "../instants.ts";
import { evidenceUploads } from "../schema/evidence.ts";
import { evidenceChanges, forgetting, orphaning } from "./evidence-changes.ts";
import { findRecord } from "./find-record.ts";
import { gatherTransaction, priorTransactions } from "./gather-transaction.ts";
import { keepChargeback } from "./keep-chargeback.ts";

/** Evidence for disputes, in Postgres. */
export function createEvidenceStore(database: Database): EvidenceStore {
  return {
    ...evidenceChanges(),
    gather: (of, budgetMs) => gatherTransaction(database, of, budgetMs),
    prior: (of, fromMs, toMs, budgetMs) => priorTransactions(database, of, fromMs, toMs, budgetMs),
    find: (of, budgetMs) => findRecord(database, of, budgetMs),
    keep: (kept, budgetMs) => keepChargeback(database, kept, budgetMs),
    beginUpload: (objectKey, atMs, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        await session
          .insert(evidenceUploads)
          .values({ objectKey, beganAt: new Date(atMs) })
          .onConflictDoNothing();
      }),
    abandoned: (beganBeforeMs, limit, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const old = lt(evidenceUploads.beganAt, new Date(beganBeforeMs));
        const rows = await session.select().from(evidenceUploads).where(old).orderBy(asc(evidenceUploads.beganAt)).limit(limit);
        return rows.map(({ objectKey }) => objectKey);
      }),
    forgetUploads: (objectKeys, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        if (objectKeys.length > 0) await session.delete(evidenceUploads).where(inArray(evidenceUploads.objectKey, [...objectKeys]));
      }),
    expire: (madeBeforeMs, nowMs, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const old = sql`created_at < ${toInstant(madeBeforeMs)}::timestamptz`;
        const { rows } = await session.execute<{ gone: number }>(sql`
          with gone as (${forgetting(old, nowMs)}), orphaned as (${orphaning(sql`gone`)}) select count(*)::float8 as gone from gone`);
        return rows[0]?.gone ?? 0;
      }),
  };
}
