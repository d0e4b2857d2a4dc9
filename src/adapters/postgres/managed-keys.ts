import { desc, eq, sql } from "drizzle-orm";
import type { ManagedKey } from "../../core/access/managed-key.ts";
import type { KeyStore } from "../../ports/access.ts";
import type { Answer } from "../../ports/answer.ts";
import type { StaffChange } from "../../ports/staff-writes.ts";
import { toKeyRecord } from "./api-keys.ts";
import { ask, type Database } from "./database.ts";
import { toInstant } from "./instants.ts";
import { apiKeys } from "./schema/access.ts";
import { prepareChange } from "./staff-change.ts";

type Row = typeof apiKeys.$inferSelect;

/** API keys as staff manage them. */
export function createKeyStore(database: Database): KeyStore {
  return {
    list: (budgetMs: number): Answer<readonly ManagedKey[]> =>
      ask(database, budgetMs, async (session) =>
        (await session.select().from(apiKeys).orderBy(desc(apiKeys.createdAt), desc(apiKeys.id))).flatMap(toManagedKey),
      ),
    byId: (id: string, budgetMs: number): Answer<ManagedKey | null> =>
      ask(database, budgetMs, async (session) => {
        const rows = await session.select().from(apiKeys).where(eq(apiKeys.id, id)).limit(1);
        return rows.flatMap(toManagedKey)[0] ?? null;
      }),
    creating: (key: ManagedKey): StaffChange => prepareChange(() => [sql`${inserting(key)} returning id`]),
    rotating: (key: Pick<ManagedKey, "id" | "version">, successor: ManagedKey, expiresAtMs: number): StaffChange =>
      prepareChange((when) => [
        sql`update api_keys set expires_at = ${toInstant(expiresAtMs)}::timestamptz, rotated_to = ${successor.id}, version = version + 1
          where id = ${key.id} and version = ${key.version} returning id`,
        sql`${inserting(successor)} where ${when}`,
      ]),
    revoking: (key: Pick<ManagedKey, "id" | "version">, atMs: number): StaffChange =>
      prepareChange(() => [
        sql`update api_keys set revoked_at = ${toInstant(atMs)}::timestamptz, version = version + 1
          where id = ${key.id} and version = ${key.version} returning id`,
      ]),
  };
}

function inserting(key: ManagedKey) {
  const instant = (ms: number | null) => (ms === null ? sql`null::timestamptz` : sql`${toInstant(ms)}::timestamptz`);
  const scopes = key.scopes === null ? sql`null::text[]` : sql`array(select json_array_elements_text(${JSON.stringify(key.scopes)}::json))`;
  return sql`insert into api_keys (digest, id, name, role, world, prefix, last4, requests_per_minute, scopes, created_at, created_by, expires_at, version)
    select ${key.digest}, ${key.id}, ${key.name}, ${key.role}, ${key.world}, ${key.prefix}, ${key.last4}, ${key.requestsPerMinute}::integer, ${scopes},
      ${instant(key.createdAtMs)}, ${key.createdBy}, ${instant(key.expiresAtMs)}, ${key.version}::integer`;
}

/** None for a key whose role this release does not know: it grants nothing. */
function toManagedKey(row: Row): ManagedKey[] {
  const record = toKeyRecord(row);
  if (record === null) return [];
  const { prefix, last4, createdBy, rotatedTo, version } = row;
  return [{ ...record, prefix, last4, createdBy, rotatedTo, version, createdAtMs: row.createdAt.getTime() }];
}
