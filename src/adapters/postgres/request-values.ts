import { type SQL, sql } from "drizzle-orm";
import type { AggregateRequest } from "../../ports/aggregates.ts";
import { toInstant } from "./instants.ts";

/** The parts of a compiled statement that each request fills in. */
export const request = {
  client: sql`${sql.placeholder("client")}::text`,
  dest: sql`${sql.placeholder("dest")}::text`,
  asOf: sql`${sql.placeholder("asOf")}::timestamptz`,
  exceptId: sql`${sql.placeholder("exceptId")}::text`,
  livemode: sql`${sql.placeholder("livemode")}::boolean`,
} as const;

/** Where a window of this length begins, excluded. A parameter rather than arithmetic in SQL: the planner then sees which months it needs. */
export const windowStart = (windowMs: number): SQL => sql`${sql.placeholder(`from${windowMs}`)}::timestamptz`;

/** What fills the placeholders. */
export function requestValues(
  { client, dest, asOfMs, exceptId }: AggregateRequest,
  livemode: boolean,
  windows: readonly number[],
): Record<string, unknown> {
  const values: Record<string, unknown> = { client, dest, asOf: toInstant(asOfMs), exceptId, livemode };
  for (const windowMs of windows) values[`from${windowMs}`] = toInstant(asOfMs - windowMs);
  return values;
}
