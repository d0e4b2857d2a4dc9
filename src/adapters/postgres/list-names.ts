import { asc, eq, sql } from "drizzle-orm";
import type { NamedList, NamedListStore } from "../../ports/lists.ts";
import { ask, type Database } from "./database.ts";
import { toInstant } from "./instants.ts";
import { namedLists } from "./schema/lists.ts";
import { prepareChange } from "./staff-change.ts";

/** What `inList` reads, by name; the entries are contents of the manifest. */
export function createNamedListStore(database: Database): NamedListStore {
  return {
    list: (budgetMs) =>
      ask(database, budgetMs, async (session) => (await session.select().from(namedLists).orderBy(asc(namedLists.name))).map(toList)),
    byName: (name, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const rows = await session.select().from(namedLists).where(eq(namedLists.name, name)).limit(1);
        return rows.map(toList)[0] ?? null;
      }),
    saving: (list) =>
      prepareChange((when) => [
        sql`insert into named_lists (name, type, description, hash, entries, version, updated_at, updated_by)
          select ${list.name}, ${list.type}, ${list.description}, ${list.hash}, ${list.entries}::integer, ${list.version}::integer,
            ${toInstant(list.updatedAtMs)}::timestamptz, ${list.updatedBy} where ${when}
          on conflict (name) do update set description = excluded.description, hash = excluded.hash, entries = excluded.entries,
            version = excluded.version, updated_at = excluded.updated_at, updated_by = excluded.updated_by`,
      ]),
    dropping: (name) => prepareChange((when) => [sql`delete from named_lists where name = ${name} and ${when}`]),
  };
}

function toList({ updatedAt, ...row }: typeof namedLists.$inferSelect): NamedList {
  return { ...row, updatedAtMs: updatedAt.getTime() };
}
