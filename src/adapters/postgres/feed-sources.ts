import { asc, eq, sql } from "drizzle-orm";
import type { FeedFormat } from "../../core/lists/feeds/feed-format.ts";
import type { FeedSource, FeedSourceStore } from "../../ports/feed-sources.ts";
import { ask, type Database } from "./database.ts";
import { toInstant } from "./instants.ts";
import { feedSources } from "./schema/address-analysis.ts";
import { prepareChange } from "./staff-change.ts";

const instantOf = (ms: number | null) => (ms === null ? sql`null::timestamptz` : sql`${toInstant(ms)}::timestamptz`);

/** Feeds that are fetched by themselves. */
export function createFeedSourceStore(database: Database): FeedSourceStore {
  return {
    list: (budgetMs) =>
      ask(database, budgetMs, async (session) => (await session.select().from(feedSources).orderBy(asc(feedSources.name))).map(toSource)),
    byName: (name, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const rows = await session.select().from(feedSources).where(eq(feedSources.name, name)).limit(1);
        return rows.map(toSource)[0] ?? null;
      }),
    saving: (source) =>
      prepareChange(() => [
        sql`insert into feed_sources (name, url, format, role, category, min_count, ttl, interval_seconds, is_active, version, updated_at, updated_by, due_at)
          select ${source.name}, ${source.url}, ${source.format}, ${source.role}, ${source.category}::text, ${source.minCount}::integer,
            ${source.ttl}::text, ${source.intervalSeconds}::integer, ${source.isActive}::boolean, ${source.version}::integer,
            ${instantOf(source.updatedAtMs)}, ${source.updatedBy}, ${instantOf(source.dueAtMs)}
          on conflict (name) do update set url = excluded.url, format = excluded.format, role = excluded.role, category = excluded.category,
            min_count = excluded.min_count, ttl = excluded.ttl, interval_seconds = excluded.interval_seconds, is_active = excluded.is_active,
            version = excluded.version, updated_at = excluded.updated_at, updated_by = excluded.updated_by, due_at = excluded.due_at,
            etag = null, last_modified = null, started_at = null, failures = 0
          where feed_sources.version = excluded.version - 1 returning name`,
      ]),
    dropping: (source) =>
      prepareChange(() => [
        sql`delete from feed_sources where name = ${source.name} and version = ${source.version}::integer returning name`,
      ]),
    takeDue: (nowMs, leaseUntilMs, limit, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const due = sql`(select name from feed_sources where is_active and due_at <= ${instantOf(nowMs)} order by due_at limit ${limit}::integer for update skip locked)`;
        const rows = await session
          .update(feedSources)
          .set({ dueAt: sql`${instantOf(leaseUntilMs)}` })
          .where(sql`${feedSources.name} in ${due}`)
          .returning();
        return rows.map(toSource);
      }),
    finish: (run, version, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        await session.execute(sql`update feed_sources set due_at = ${instantOf(run.dueAtMs)}, ran_at = ${instantOf(run.ranAtMs)}, outcome = ${run.outcome},
            failures = ${run.failures}::integer, etag = ${run.etag}::text, last_modified = ${run.lastModified}::text, started_at = ${instantOf(run.startedAtMs)}
          where name = ${run.name} and version = ${version}::integer`);
      }),
  };
}

function toSource({ updatedAt, dueAt, ranAt, startedAt, format, ...row }: typeof feedSources.$inferSelect): FeedSource {
  return {
    ...row,
    // Written by us alone, from a parsed call.
    format: format as FeedFormat,
    updatedAtMs: updatedAt.getTime(),
    dueAtMs: dueAt.getTime(),
    ranAtMs: ranAt?.getTime() ?? null,
    startedAtMs: startedAt?.getTime() ?? null,
  };
}
