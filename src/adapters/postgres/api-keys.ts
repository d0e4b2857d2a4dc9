import { eq } from "drizzle-orm";
import { ROLES, type Role, VERBS } from "../../core/access/permission.ts";
import type { Result } from "../../core/result.ts";
import type { ApiKeyRecord, KeySource } from "../../ports/access.ts";
import { ask, type Database } from "./database.ts";
import type { PostgresFault } from "./fault.ts";
import { apiKeys } from "./schema/access.ts";

/** A new key's record; `prefix` and `last4` are what its owner recognises it by. */
export interface NewApiKey extends ApiKeyRecord {
  readonly prefix: string;
  readonly last4: string;
  readonly createdAtMs: number;
}

/** API keys by digest, revoked and expired ones included: the caller judges by its own clock. */
export function createKeyRecords(database: Database): KeySource {
  return { find: (digest, budgetMs) => findApiKey(database, digest, budgetMs) };
}

function findApiKey(database: Database, digest: string, budgetMs: number): Promise<Result<ApiKeyRecord | null, PostgresFault>> {
  return ask(database, budgetMs, async (session) => {
    const row = (await session.select().from(apiKeys).where(eq(apiKeys.digest, digest)).limit(1))[0];
    return row === undefined ? null : toKeyRecord(row);
  });
}

/** A row as a record; null for a role this release does not know: it grants nothing. */
export function toKeyRecord(row: typeof apiKeys.$inferSelect): ApiKeyRecord | null {
  const role = toRole(row.role);
  if (role === undefined) return null;
  return {
    id: row.id,
    digest: row.digest,
    name: row.name,
    role,
    // A verb this release does not know is one this key has lost, and no reason to give it all.
    scopes: row.scopes === null ? null : VERBS.filter((verb) => row.scopes?.includes(verb)),
    world: row.world,
    expiresAtMs: row.expiresAt?.getTime() ?? null,
    revokedAtMs: row.revokedAt?.getTime() ?? null,
    requestsPerMinute: row.requestsPerMinute,
  };
}

/** Adds a key; the same digest again changes nothing. */
export function insertApiKey(database: Database, key: NewApiKey, budgetMs: number): Promise<Result<void, PostgresFault>> {
  return ask(database, budgetMs, async (session) => {
    const { expiresAtMs, revokedAtMs, createdAtMs, scopes, ...columns } = key;
    const instantOf = (ms: number | null) => (ms === null ? null : new Date(ms));
    const row = {
      ...columns,
      scopes: scopes === null ? null : [...scopes],
      createdAt: new Date(createdAtMs),
      expiresAt: instantOf(expiresAtMs),
      revokedAt: instantOf(revokedAtMs),
    };
    await session.insert(apiKeys).values(row).onConflictDoNothing({ target: apiKeys.digest });
  });
}

const toRole = (text: string): Role | undefined => ROLES.find((role) => role === text);
