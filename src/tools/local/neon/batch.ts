import type { IncomingHttpHeaders } from "node:http";
import type { PoolClient } from "pg";
import { runQuery, type SqlQuery, type SqlResult } from "./run-query.ts";

const ISOLATION: Readonly<Record<string, string>> = {
  ReadUncommitted: "READ UNCOMMITTED",
  ReadCommitted: "READ COMMITTED",
  RepeatableRead: "REPEATABLE READ",
  Serializable: "SERIALIZABLE",
};

/** The `BEGIN` that a batch's headers ask for, or null when they name an isolation level that does not exist. */
export function beginOf(headers: IncomingHttpHeaders): string | null {
  const wanted = headers["neon-batch-isolation-level"];
  const level = typeof wanted === "string" ? ISOLATION[wanted] : "";
  if (level === undefined) return null;
  return [
    "BEGIN",
    level && `ISOLATION LEVEL ${level}`,
    headers["neon-batch-read-only"] === "true" && "READ ONLY",
    headers["neon-batch-deferrable"] === "true" && "DEFERRABLE",
  ]
    .filter(Boolean)
    .join(" ");
}

/** Runs the queries in one transaction: all of them or none. */
export async function runBatch(client: PoolClient, begin: string, queries: readonly SqlQuery[], arrays: boolean): Promise<SqlResult[]> {
  await client.query(begin);
  try {
    const results: SqlResult[] = [];
    for (const query of queries) results.push(await runQuery(client, query, arrays));
    await client.query("COMMIT");
    return results;
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  }
}
