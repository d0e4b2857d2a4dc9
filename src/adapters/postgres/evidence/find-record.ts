import { and, asc, eq, isNull, sql } from "drizzle-orm";
import { Communication } from "../../../core/evidence/communication.ts";
import { Delivery } from "../../../core/evidence/delivery.ts";
import { EvidenceFile } from "../../../core/evidence/evidence-file.ts";
import { TransactionFacts } from "../../../core/evidence/transaction-facts.ts";
import type { Result } from "../../../core/result.ts";
import type { Disputed, EvidenceRecord, StoredFile } from "../../../ports/evidence.ts";
import { ask, type Database } from "../database.ts";
import type { PostgresFault } from "../fault.ts";
import { customerCommunications, evidenceFiles, evidenceRecords } from "../schema/evidence.ts";

/** What was added to a transaction, with what is in it; null when nothing was. */
export function findRecord(database: Database, of: Disputed, budgetMs: number): Promise<Result<EvidenceRecord | null, PostgresFault>> {
  const livemode = of.world === "live";
  return ask(database, budgetMs, async (session) => {
    const [records, said, files] = await session.batch([
      session
        .select({ record: evidenceRecords, snapshotText: sql<string | null>`${evidenceRecords.snapshot}::text` })
        .from(evidenceRecords)
        .where(and(eq(evidenceRecords.transactionId, of.transactionId), eq(evidenceRecords.livemode, livemode))),
      session
        .select()
        .from(customerCommunications)
        .where(and(eq(customerCommunications.transactionId, of.transactionId), eq(customerCommunications.livemode, livemode)))
        .orderBy(asc(customerCommunications.occurredAt), asc(customerCommunications.id)),
      session
        .select()
        .from(evidenceFiles)
        .where(
          and(eq(evidenceFiles.transactionId, of.transactionId), eq(evidenceFiles.livemode, livemode), isNull(evidenceFiles.removedAt)),
        )
        .orderBy(asc(evidenceFiles.addedAt), asc(evidenceFiles.id)),
    ]);
    const [row] = records;
    return row === undefined ? null : toRecord(of, row, said, files);
  });
}

type RecordRow = { readonly record: typeof evidenceRecords.$inferSelect; readonly snapshotText: string | null };

function toRecord(
  of: Disputed,
  { record, snapshotText }: RecordRow,
  said: readonly (typeof customerCommunications.$inferSelect)[],
  files: readonly (typeof evidenceFiles.$inferSelect)[],
): EvidenceRecord {
  const { chargebackId, chargebackAt, reasonCode, snapshotAt, snapshotSha256, holdUntil, clientId, version } = record;
  const hasSnapshot = snapshotText !== null && snapshotAt !== null && snapshotSha256 !== null;
  return {
    ...of,
    clientId,
    chargeback:
      chargebackId === null || chargebackAt === null ? null : { paymentId: chargebackId, atMs: chargebackAt.getTime(), reasonCode },
    snapshot: hasSnapshot
      ? {
          facts: TransactionFacts.parse(JSON.parse(snapshotText)),
          ...{ text: snapshotText, takenAtMs: snapshotAt.getTime(), sha256: snapshotSha256 },
        }
      : null,
    delivery: Delivery.parse(record.delivery),
    communications: said.map(toCommunication),
    files: files.map(toFile),
    holdUntilMs: holdUntil?.getTime() ?? null,
    version,
  };
}

function toCommunication(row: typeof customerCommunications.$inferSelect): Communication {
  const { id, channel, direction, text, addedBy } = row;
  return Communication.parse({
    ...{ id, channel, direction, text, added_by: addedBy },
    ...{ at: row.occurredAt.toISOString(), added_at: row.addedAt.toISOString() },
  });
}

function toFile(row: typeof evidenceFiles.$inferSelect): StoredFile {
  const { id, kind, name, sha256, note, version, objectKey, master, wrapped } = row;
  const file = EvidenceFile.parse({
    ...{ id, kind, name, sha256, note, version, content_type: row.contentType, size_bytes: row.sizeBytes },
    ...{ added_at: row.addedAt.toISOString(), added_by: row.addedBy },
  });
  return { ...file, objectKey, secret: { master, wrapped } };
}
