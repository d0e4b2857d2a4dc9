import { type SQL, sql } from "drizzle-orm";
import { RETENTION } from "../../core/privacy/retention.ts";
import type { RetentionStore } from "../../ports/privacy.ts";
import { ask, type Database } from "./database.ts";
import { toInstant } from "./instants.ts";

/** Rows of other tables that have no foreign key to a table's own. */
const DEPENDENTS: Readonly<Record<string, readonly string[]>> = {
  fraud_reports: ["report_findings", "report_related", "report_decisions", "report_history"],
};

/** Retention in Postgres. Some rows a call: no lock is held for long, and a run that broke off has done what it has done. */
export function createRetentionStore(database: Database): RetentionStore {
  return {
    expire: (table, beforeMs, limit, budgetMs) => {
      const statement = expiry(table, sql`${toInstant(beforeMs)}::timestamptz`, limit);
      return ask(database, budgetMs, async (session) => (await session.execute<{ n: number }>(statement)).rows[0]?.n ?? 0);
    },
  };
}

function expiry(table: string, before: SQL, limit: number): SQL {
  const rule = RETENTION[table];
  if (rule?.kind !== "expires") throw new TypeError(`rows of \`${table}\` do not expire here`);
  // The application may not delete from the audit log: its function takes keys, and none of the last year.
  if (table === "audit_keys") return sql`select expire_audit_keys(${before}, ${limit}::integer)::float8 as n`;
  const due = sql`select ctid from ${sql.identifier(table)} where ${sql.raw(rule.column)} < ${before} and ${sql.raw(rule.only ?? "true")} limit ${limit}`;
  const dependents = (DEPENDENTS[table] ?? []).map(
    (name) => sql`, ${sql.identifier(`of_${name}`)} as (delete from ${sql.identifier(name)} where report_id in (select id from gone))`,
  );
  return sql`with gone as (delete from ${sql.identifier(table)} where ctid in (${due}) returning *)${sql.join(dependents)}
    select count(*)::float8 as n from gone`;
}
