import { type SQL, sql } from "drizzle-orm";
import type { HistoryDeclaration } from "../../core/features/declaration.ts";
import type { FeatureValue } from "../../core/features/value.ts";
import { compileWhere } from "./compile-where.ts";
import { DIMENSION_COLUMNS } from "./event-rows.ts";
import { epochMs } from "./instants.ts";
import { events } from "./schema/events.ts";

/** Amounts of blocked and declined attempts are in no sum and no statistic. */
export const IS_PAID = sql`${events.status} not in ('blocked', 'declined')`;

/**
 * What a declaration asks, as one SQL aggregate over rows of `events` that already belong to the entity, lie at or before the time and are not the event itself.
 * @param from the start of its window, excluded; null for all time
 */
export function compileHistory(declaration: HistoryDeclaration, from: SQL | null, timeZone: string): SQL {
  const where = declaration.where === null ? null : compileWhere(declaration.where, timeZone);
  const read = [
    declaration.events.length === 0 ? null : sql`${events.type} in ${[...declaration.events]}`,
    from === null ? null : sql`${events.occurredAt} > ${from}`,
  ];
  const all = filter([...read, where]);
  const amounts = filter([...read, where, IS_PAID]);
  const amount = events.amountMinor;
  switch (declaration.op) {
    case "count":
    case "velocity":
      return sql`(count(*) ${all})::float8`;
    case "countDistinct":
    case "crossDimensionCount":
      return sql`(count(distinct ${dimensionOf(declaration)}) ${all})::float8`;
    case "firstSeen":
      return epochMs(sql`min(${events.occurredAt}) ${all}`);
    case "lastSeen":
      return epochMs(sql`max(${events.occurredAt}) ${all}`);
    case "timeSince":
      return epochMs(declaration.since === "first" ? sql`min(${events.occurredAt}) ${all}` : sql`max(${events.occurredAt}) ${all}`);
    case "sum":
      return sql`coalesce(sum(${amount}) ${amounts}, 0)::float8`;
    case "avg":
      return sql`(avg(${amount}) ${amounts})::float8`;
    case "max":
      return sql`(max(${amount}) ${amounts})::float8`;
    case "min":
      return sql`(min(${amount}) ${amounts})::float8`;
    case "std":
      // stddev_pop rounds to 16 digits before the root, which leaves 8 of them.
      return sql`sqrt((var_pop(${amount}) ${amounts})::float8)`;
    case "median":
      return sql`(percentile_cont(0.5) within group (order by ${amount}) ${amounts})`;
    case "quantile":
      return sql`(percentile_cont(${declaration.q ?? 0.5}::float8) within group (order by ${amount}) ${amounts})`;
    case "share":
      return sql`(avg((${where ?? sql`true`} is true)::integer) ${filter([...read, IS_PAID])})::float8`;
  }
}

/** The aggregate's result as the feature's value. `asOfMs` is where its windows end. */
export function historyValue(declaration: HistoryDeclaration, result: number | null, asOfMs: number): FeatureValue {
  if (declaration.op === "velocity") return (result ?? 0) > (declaration.threshold ?? 0);
  if (declaration.op !== "timeSince" || result === null) return result;
  const units = (asOfMs - result) / (declaration.unitMs ?? 1);
  return declaration.type === "count" ? Math.floor(units) : units;
}

function filter(conditions: readonly (SQL | null)[]): SQL {
  const present = conditions.filter((condition) => condition !== null);
  return present.length === 0 ? sql`` : sql`filter (where ${sql.join(present, sql` and `)})`;
}

function dimensionOf({ of, name }: HistoryDeclaration) {
  if (of === null || of === "amount") throw new Error(`\`${name}\` counts different values of nothing`);
  return DIMENSION_COLUMNS[of];
}
