import { asc, eq, sql } from "drizzle-orm";
import type { DecisionKey, FeedDecision } from "../../core/lists/feeds/feed-format.ts";
import type { Feed, FeedRow, FeedStore } from "../../ports/lists.ts";
import { ask, type Database } from "./database.ts";
import { toInstant } from "./instants.ts";
import { networksAround } from "./list-networks.ts";
import { listFeeds } from "./schema/lists.ts";
import { prepareChange } from "./staff-change.ts";

/** How many networks one statement of the sweep takes away. */
const SWEPT_AT_ONCE = 50_000;

/** Imported lists: a feed is replaced as a whole by switching to another generation of its networks. */
export function createFeedStore(database: Database): FeedStore {
  return {
    list: (budgetMs) =>
      ask(database, budgetMs, async (session) => (await session.select().from(listFeeds).orderBy(asc(listFeeds.name))).map(toFeed)),
    byName: (name, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const rows = await session.select().from(listFeeds).where(eq(listFeeds.name, name)).limit(1);
        return rows.map(toFeed)[0] ?? null;
      }),
    fill: (name, generation, rows, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const texts = rows.map(({ network, count, country, expiresAtMs }) => [
          ...[network, count, expiresAtMs === null ? null : toInstant(expiresAtMs), country],
        ]);
        await session.execute(sql`insert into feed_entries (feed, generation, network, count, expires_at, country)
          select distinct on ((r->>0)::cidr) ${name}, ${generation}::bigint, (r->>0)::cidr, (r->>1)::integer, (r->>2)::timestamptz, r->>3
          from json_array_elements(${JSON.stringify(texts)}::json) as r order by (r->>0)::cidr, (r->>2)::timestamptz desc nulls first
          on conflict (feed, generation, network) do update set count = excluded.count, expires_at = excluded.expires_at, country = excluded.country`);
      }),
    copy: (feed, generation, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        await session.execute(sql`insert into feed_entries (feed, generation, network, count, expires_at, country)
          select feed, ${generation}::bigint, network, count, expires_at, country from feed_entries
          where feed = ${feed.name} and generation = ${feed.generation}::bigint on conflict do nothing`);
        await session.execute(sql`insert into feed_decisions (feed, generation, scope, value, type, role, expires_at)
          select feed, ${generation}::bigint, scope, value, type, role, expires_at from feed_decisions
          where feed = ${feed.name} and generation = ${feed.generation}::bigint on conflict do nothing`);
      }),
    decide: (name, generation, decisions, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const texts = decisions.map(({ scope, value, type, role, expiresAtMs }) => [scope, value, type, role, toInstant(expiresAtMs)]);
        await session.execute(sql`insert into feed_decisions (feed, generation, scope, value, type, role, expires_at)
          select distinct on (r->>0, r->>1, r->>2) ${name}, ${generation}::bigint, r->>0, r->>1, r->>2, r->>3, (r->>4)::timestamptz
          from json_array_elements(${JSON.stringify(texts)}::json) as r order by r->>0, r->>1, r->>2, (r->>4)::timestamptz desc
          on conflict (feed, generation, scope, value, type) do update set role = excluded.role, expires_at = excluded.expires_at`);
      }),
    remove: (name, generation, { networks, decisions }, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const keys = decisions.map(({ scope, value, type }) => [scope, value, type]);
        await session.execute(sql`with gone as (delete from feed_decisions where feed = ${name} and generation = ${generation}::bigint
            and (scope, value, type) in (select k->>0, k->>1, k->>2 from json_array_elements(${JSON.stringify(keys)}::json) as k))
          delete from feed_entries where feed = ${name} and generation = ${generation}::bigint
          and network in (select n::cidr from json_array_elements_text(${JSON.stringify(networks)}::json) as n)`);
      }),
    count: (name, generation, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const { rows } = await session.execute<{ n: number }>(
          sql`select ((select count(*) from feed_entries where feed = ${name} and generation = ${generation}::bigint)
            + (select count(*) from feed_decisions where feed = ${name} and generation = ${generation}::bigint))::float8 as n`,
        );
        return rows[0]?.n ?? 0;
      }),
    switching: (feed, isUrgent) => {
      const expires = feed.expiresAtMs === null ? sql`null::timestamptz` : sql`${toInstant(feed.expiresAtMs)}::timestamptz`;
      return prepareChange((when) => [
        sql`insert into list_feeds (name, role, format, origin, min_count, entries, generation, imported_at, imported_by, expires_at, category, version)
          select ${feed.name}, ${feed.role}, ${feed.format}, ${feed.origin}::text, ${feed.minCount}::integer, ${feed.entries}::integer,
            ${feed.generation}::bigint, ${toInstant(feed.importedAtMs)}::timestamptz, ${feed.importedBy}, ${expires}, ${feed.category}::text, ${feed.version}::integer
          on conflict (name) do update set role = excluded.role, format = excluded.format, origin = excluded.origin, min_count = excluded.min_count,
            entries = excluded.entries, generation = excluded.generation, imported_at = excluded.imported_at, imported_by = excluded.imported_by,
            expires_at = excluded.expires_at, category = excluded.category, version = excluded.version
          where list_feeds.version = excluded.version - 1 returning name`,
        sql`update list_state set feeds_version = feeds_version + 1, base_wanted = base_wanted or ${isUrgent}::boolean where ${when}`,
      ]);
    },
    dropping: (feed) =>
      prepareChange((when) => [
        sql`delete from list_feeds where name = ${feed.name} and version = ${feed.version}::integer returning name`,
        sql`update list_state set feeds_version = feeds_version + 1, base_wanted = true where ${when}`,
      ]),
    sweep: (beforeMs, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        await session.execute(sql`delete from feed_decisions d where d.generation < ${beforeMs * 1_000}::bigint
          and not exists (select from list_feeds f where f.name = d.feed and f.generation = d.generation)`);
        const { rowCount } = await session.execute(sql`delete from feed_entries where ctid in (
          select e.ctid from feed_entries e where e.generation < ${beforeMs * 1_000}::bigint
            and not exists (select from list_feeds f where f.name = e.feed and f.generation = e.generation) limit ${SWEPT_AT_ONCE}::integer)`);
        return rowCount ?? 0;
      }),
    page: (feed, after, limit, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const place = after === null ? sql`true` : sql`network > ${after}::cidr`;
        const { rows } =
          await session.execute<Row>(sql`select network::text, count, country, extract(epoch from expires_at)::float8 * 1000 as "expiresAtMs"
          from feed_entries where feed = ${feed.name} and generation = ${feed.generation}::bigint and ${place} order by network limit ${limit}::integer`);
        return rows.map(toRow);
      }),
    decisions: (feed, after, limit, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const place = after === null ? sql`true` : sql`(scope, value, type) > (${after.scope}, ${after.value}, ${after.type})`;
        const { rows } = await session.execute<DecisionRow>(sql`select scope, value, type, role,
            round(extract(epoch from expires_at) * 1000)::float8 as "expiresAtMs"
          from feed_decisions where feed = ${feed.name} and generation = ${feed.generation}::bigint and ${place}
          order by scope, value, type limit ${limit}::integer`);
        return rows.map(({ scope, value, type, role, expiresAtMs }) => ({ scope, value, type, role, expiresAtMs }));
      }),
    holding: (address, nowMs, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const now = sql`${toInstant(nowMs)}::timestamptz`;
        const { rows } = await session.execute<
          Row & { feed: string; role: Feed["role"] | null }
        >(sql`select e.feed, e.network::text, e.count, e.country, e.role,
            extract(epoch from e.expires_at)::float8 * 1000 as "expiresAtMs"
          from (select feed, generation, network, count, country, expires_at, null as role from feed_entries where network in (${networksAround(address)})
            union all select feed, generation, network, null, null, expires_at, role from feed_decisions where network in (${networksAround(address)})) e join list_feeds f on f.name = e.feed and f.generation = e.generation
          where (f.expires_at is null or f.expires_at > ${now}) and (e.expires_at is null or e.expires_at > ${now})
          order by e.feed, masklen(e.network) desc limit 200`);
        const feeds = new Map((await session.select().from(listFeeds)).map((row) => [row.name, toFeed(row)]));
        return rows.flatMap((row) => {
          const feed = feeds.get(row.feed);
          return feed === undefined ? [] : [{ feed, row: toRow(row), role: row.role ?? feed.role }];
        });
      }),
  };
}

type DecisionRow = DecisionKey & Pick<FeedDecision, "role" | "expiresAtMs"> & Record<string, unknown>;
type Row = { network: string; count: number | null; country: string | null; expiresAtMs: number | null };

const toRow = ({ network, count, country, expiresAtMs }: Row): FeedRow => ({ network, count, country, expiresAtMs });

function toFeed({ importedAt, expiresAt, ...row }: typeof listFeeds.$inferSelect): Feed {
  return { ...row, importedAtMs: importedAt.getTime(), expiresAtMs: expiresAt?.getTime() ?? null };
}
