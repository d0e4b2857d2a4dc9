import { and, eq, inArray, sql } from "drizzle-orm";
import type { AddressRecord, AddressStore } from "../../ports/addresses.ts";
import { ask, type Database } from "./database.ts";
import { toInstant } from "./instants.ts";
import { ipAnalysis } from "./schema/address-analysis.ts";

/** How many addresses one statement of the clean-up takes away. */
const FORGOTTEN_AT_ONCE = 5_000;

/** What is known of addresses. Past the budget nothing is read or saved; the next event on an address scores it anew. */
export function createAddressStore(database: Database): AddressStore {
  return {
    byAddress: (livemode, addresses, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        if (addresses.length === 0) return [];
        const of = and(eq(ipAnalysis.livemode, livemode), inArray(ipAnalysis.ipKey, [...addresses]));
        return (await session.select().from(ipAnalysis).where(of)).map(toRecord);
      }),
    saveScores: (scores, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        if (scores.length === 0) return;
        const rows = scores.map(({ livemode, address, changes, riskScore, lists }) => ({
          livemode,
          address,
          changes,
          risk: riskScore,
          lists,
        }));
        // In order of the key, as recording locks them, so that neither waits for the other.
        await session.execute(sql`
          with score as materialized (
            select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as s(livemode boolean, address text, changes bigint, risk float8, lists text[])
          ), held as materialized (
            select a.livemode, a.ip_key from ip_analysis a join score s on s.livemode = a.livemode and s.address = a.ip_key
            where a.changes = s.changes order by a.livemode, a.ip_key for update of a
          )
          update ip_analysis a set risk_score = s.risk, lists = coalesce(s.lists, a.lists)
          from score s join held h on h.livemode = s.livemode and h.ip_key = s.address
          where a.livemode = s.livemode and a.ip_key = s.address and a.changes = s.changes`);
      }),
    search: ({ livemode, leastRisk, mostRisk, text, page, pageSize }, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const wanted = and(
          eq(ipAnalysis.livemode, livemode),
          sql`${ipAnalysis.riskScore} between ${leastRisk}::float8 and ${mostRisk}::float8`,
          text === null ? undefined : sql`position(lower(${text}) in ${ipAnalysis.ipKey}) > 0`,
        );
        const [rows, [counted]] = await session.batch([
          session
            .select()
            .from(ipAnalysis)
            .where(wanted)
            .orderBy(sql`${ipAnalysis.riskScore} desc, ${ipAnalysis.ipKey}`)
            .limit(pageSize)
            .offset((page - 1) * pageSize),
          session.select({ total: sql<number>`count(*)::float8` }).from(ipAnalysis).where(wanted),
        ]);
        return { addresses: rows.map(toRecord), total: counted?.total ?? 0 };
      }),
    forget: (beforeMs, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const before = sql`${toInstant(beforeMs)}::timestamptz`;
        const { rows } = await session.execute<{ n: number }>(sql`
          with gone as (
            delete from ip_analysis where (livemode, ip_key) in (
              select livemode, ip_key from ip_analysis where last_seen_at < ${before} limit ${FORGOTTEN_AT_ONCE}::integer)
            returning livemode, ip_key
          ), parties as (
            delete from ip_parties p using gone g where p.livemode = g.livemode and p.ip_key = g.ip_key
          ), countries as (
            delete from client_countries where last_at < ${before}
          )
          select count(*)::float8 as n from gone`);
        return rows[0]?.n ?? 0;
      }),
  };
}

function toRecord(row: typeof ipAnalysis.$inferSelect): AddressRecord {
  const { livemode, ipKey, firstSeenAt, lastSeenAt, events, clients, devices, logins, failedLogins, changes, lists, riskScore } = row;
  return {
    ...{ livemode, address: ipKey, events, clients, devices, logins, failedLogins, changes, lists, riskScore },
    firstSeenMs: firstSeenAt.getTime(),
    lastSeenMs: lastSeenAt.getTime(),
    outcomes: { allow: row.allowed, challenge: row.challenged, review: row.reviewed, block: row.blocked },
    recent: {
      decisions: row.recentDecisions,
      held: row.recentHeld,
      blocked: row.recentBlocked,
      logins: row.recentLogins,
      failedLogins: row.recentFailedLogins,
    },
  };
}
