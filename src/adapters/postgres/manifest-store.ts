import { desc, eq, sql } from "drizzle-orm";
import type { Result } from "../../core/result.ts";
import type { ManifestRecord, ManifestStore } from "../../ports/configuration.ts";
import type { StaffChange } from "../../ports/staff-writes.ts";
import { ask, type Database } from "./database.ts";
import type { PostgresFault } from "./fault.ts";
import { contents, manifests } from "./schema/configuration.ts";
import { prepareChange } from "./staff-change.ts";

const FIELDS = {
  seq: manifests.seq,
  hash: manifests.hash,
  text: sql<string>`${manifests.content}::text`,
  author: manifests.author,
  message: manifests.message,
};

/** Every configuration that went live, with its contents (D3). */
export function createManifestStore(database: Database): ManifestStore {
  return {
    latest: (budgetMs) => latestManifest(database, budgetMs),
    saving: savingManifest,
    content: (hash, budgetMs) => loadContent(database, hash, budgetMs),
  };
}

export function latestManifest(database: Database, budgetMs: number): Promise<Result<ManifestRecord | null, PostgresFault>> {
  return ask(
    database,
    budgetMs,
    async (session) => (await session.select(FIELDS).from(manifests).orderBy(desc(manifests.seq)).limit(1))[0] ?? null,
  );
}

export function loadManifest(database: Database, seq: number, budgetMs: number): Promise<Result<ManifestRecord | null, PostgresFault>> {
  return ask(
    database,
    budgetMs,
    async (session) => (await session.select(FIELDS).from(manifests).where(eq(manifests.seq, seq)).limit(1))[0] ?? null,
  );
}

type Contents = Parameters<ManifestStore["saving"]>[1];

/** The change that saves a manifest and its contents; the second to take a `seq` finds it stale. */
function savingManifest(manifest: ManifestRecord, texts: Contents): StaffChange {
  return prepareChange((when) => [
    sql`insert into manifests (seq, hash, content, author, message, parent)
      values (${manifest.seq}, ${manifest.hash}, ${manifest.text}::json, ${manifest.author}, ${manifest.message},
        (select max(seq) from manifests where seq < ${manifest.seq}))
      on conflict (seq) do nothing returning seq`,
    sql`insert into contents (hash, kind, text)
      select hash, kind, text from json_to_recordset(${JSON.stringify(texts)}::json) as c(hash text, kind text, text text) where ${when}
      on conflict do nothing`,
  ]);
}

function loadContent(database: Database, hash: string, budgetMs: number): Promise<Result<string | null, PostgresFault>> {
  return ask(database, budgetMs, async (session) => {
    const found = await session.select({ text: contents.text }).from(contents).where(eq(contents.hash, hash)).limit(1);
    return found[0]?.text ?? null;
  });
}
