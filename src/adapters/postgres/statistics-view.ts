import { type SQL, sql } from "drizzle-orm";
import type { HistoryDeclaration } from "../../core/features/declaration.ts";
import type { ConditionNode } from "../../core/rules/condition.ts";
import { epochMs } from "./instants.ts";
import { clientStatistics30d, viewRefreshes } from "./schema/clients.ts";

const THIRTY_DAYS_MS = 30 * 86_400_000;
/** Refreshed every 5 minutes; a row older than this is not read, so a stopped schedule costs time and not truth. */
const FRESH_FOR = sql.raw("interval '15 minutes'");
/** An event's own time may lie a little before the refresh that its decision finds. */
const AHEAD_BY = sql.raw("interval '1 minute'");

/** The column of `client_statistics_30d` that answers a declaration, or null. */
export function viewColumn(declaration: HistoryDeclaration): SQL | null {
  const { by, as, events, windowMs, where, op, q } = declaration;
  if (by.length !== 1 || by[0] !== "client" || as !== "client" || windowMs !== THIRTY_DAYS_MS) return null;
  if (events.length !== 1 || events[0] !== "transaction") return null;
  if (op === "share") return where !== null && isNight(where) ? sql`${clientStatistics30d.nightShare}` : null;
  if (where !== null) return null;
  switch (op) {
    case "count":
    case "velocity":
      return sql`${clientStatistics30d.transactionCount}::float8`;
    case "sum":
      return sql`${clientStatistics30d.amountSum}`;
    case "avg":
      return sql`${clientStatistics30d.amountMean}`;
    case "std":
      return sql`${clientStatistics30d.amountStd}`;
    case "median":
      return sql`${clientStatistics30d.amountMedian}`;
    case "min":
      return sql`${clientStatistics30d.amountMin}::float8`;
    case "max":
      return sql`${clientStatistics30d.amountMax}::float8`;
    case "quantile":
      return q === 0.5 ? sql`${clientStatistics30d.amountMedian}` : q === 0.95 ? sql`${clientStatistics30d.amountP95}` : null;
    default:
      return null;
  }
}

/** S1.5's night, however it is written. */
function isNight(where: ConditionNode): boolean {
  if (where.kind !== "test") return where.kind === "all" && where.of.length === 1 && where.of[0] !== undefined && isNight(where.of[0]);
  if (where.name !== "hour") return false;
  const { operator, operand } = where;
  if (operand.kind === "literal") return (operator === "lte" && operand.value === 5) || (operator === "lt" && operand.value === 6);
  return operator === "between" && operand.kind === "list" && operand.values[0] === 0 && operand.values[1] === 5;
}

/** The row to read instead of a heavy client's events: none for a light client, after a stale refresh, or for another time or zone. */
export const heavyRow = (request: { client: SQL; livemode: SQL; asOf: SQL; timeZone: string }, columns: readonly SQL[]): SQL => sql`
  select ${epochMs(sql`${viewRefreshes.refreshedAt}`)} as refreshed_ms${sql.join(columns.map((column, i) => sql`, ${column} as ${sql.identifier(`v${i}`)}`))}
  from ${clientStatistics30d} join ${viewRefreshes} on ${viewRefreshes.view} = 'client_statistics_30d' and ${viewRefreshes.timeZone} = ${request.timeZone}
  where ${clientStatistics30d.clientId} = ${request.client} and ${clientStatistics30d.livemode} = ${request.livemode} and ${clientStatistics30d.isHeavy}
    and ${viewRefreshes.refreshedAt} between ${request.asOf} - ${FRESH_FOR} and ${request.asOf} + ${AHEAD_BY}`;
