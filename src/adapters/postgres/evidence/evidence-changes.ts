import { type SQL, sql } from "drizzle-orm";
import type { EvidenceStore } from "../../../ports/evidence.ts";
import { toInstant } from "../instants.ts";
import { prepareChange } from "../staff-change.ts";
import { toStorableJson } from "../storable-json.ts";

const instant = (ms: number): SQL => sql`${toInstant(ms)}::timestamptz`;
/** What is forgotten is deleted with the next sweep, not after an upload's time. */
const LONG_AGO = sql`'epoch'::timestamptz`;

/** The record that something is added to; the one that is there stays as it is. */
const ensuring = (transactionId: string, livemode: boolean, clientId: string | null, atMs: number, when: SQL): SQL => sql`
  insert into evidence_records (livemode, transaction_id, client_id, delivery, created_at, version)
  select ${livemode}::boolean, ${transactionId}, ${clientId}::text, '[]'::jsonb, ${instant(atMs)}, 1 where ${when} on conflict do nothing`;

/** Changes that staff make to evidence. */
export function evidenceChanges(): Pick<EvidenceStore, "settingDelivery" | "addingCommunication" | "addingFile" | "removingFile"> {
  return {
    settingDelivery: ({ transactionId, world }, clientId, delivery, version, atMs) =>
      prepareChange(() => [
        version === null
          ? sql`insert into evidence_records (livemode, transaction_id, client_id, delivery, created_at, version)
              values (${world === "live"}, ${transactionId}, ${clientId}, ${toStorableJson(delivery)}::jsonb, ${instant(atMs)}, 1)
              on conflict do nothing returning transaction_id`
          : sql`update evidence_records set delivery = ${toStorableJson(delivery)}::jsonb, version = version + 1
              where transaction_id = ${transactionId} and livemode = ${world === "live"} and version = ${version} returning transaction_id`,
      ]),
    addingCommunication: ({ transactionId, world }, clientId, { id, at, channel, direction, text, added_by }, atMs) =>
      prepareChange((when) => [
        sql`insert into customer_communications (id, livemode, transaction_id, occurred_at, channel, direction, text, added_at, added_by)
          values (${id}, ${world === "live"}, ${transactionId}, ${at}::timestamptz, ${channel}, ${direction}, ${text}, ${instant(atMs)}, ${added_by})
          on conflict do nothing returning id`,
        ensuring(transactionId, world === "live", clientId, atMs, when),
      ]),
    addingFile: ({ transactionId, world }, clientId, file, atMs) =>
      prepareChange((when) => [
        sql`insert into evidence_files (id, livemode, transaction_id, kind, name, content_type, size_bytes, sha256, note, object_key, master, wrapped,
            added_at, added_by, version)
          values (${file.id}, ${world === "live"}, ${transactionId}, ${file.kind}, ${file.name}, ${file.content_type}, ${file.size_bytes}::bigint, ${file.sha256},
            ${file.note}, ${file.objectKey}, ${file.secret.master}, ${file.secret.wrapped}, ${instant(atMs)}, ${file.added_by}, ${file.version}::integer)
          on conflict do nothing returning id`,
        ensuring(transactionId, world === "live", clientId, atMs, when),
        sql`delete from evidence_uploads where object_key = ${file.objectKey} and ${when}`,
      ]),
    removingFile: ({ id, version }, by, atMs) =>
      prepareChange(() => [
        sql`update evidence_files set removed_at = ${instant(atMs)}, removed_by = ${by}, version = version + 1
          where id = ${id} and version = ${version} and removed_at is null returning id`,
      ]),
  };
}

/** Takes records away that no hold keeps, with everything in them. */
export const forgetting = (which: SQL, nowMs: number): SQL => sql`
  delete from evidence_records where ${which} and (hold_until is null or hold_until <= ${instant(nowMs)}) returning transaction_id, livemode`;

/** Leaves the objects of forgotten records to the sweep. */
export const orphaning = (forgotten: SQL): SQL => sql`
  insert into evidence_uploads (object_key, began_at)
  select f.object_key, ${LONG_AGO} from evidence_files f join ${forgotten} g on g.transaction_id = f.transaction_id and g.livemode = f.livemode
  on conflict do nothing`;
