import { type SQL, sql } from "drizzle-orm";

/** 0001-01-01: Postgres reads no earlier ISO text, and no event needs it. */
const EARLIEST_MS = -62_135_596_800_000;
/** 9999-12-31T23:59:59.999Z: after it ISO text changes its form. */
const LATEST_MS = 253_402_300_799_999;

/** Epoch milliseconds as text for a timestamptz, clamped to the years 1 to 9999. */
export function toInstant(ms: number): string {
  return new Date(Math.min(Math.max(Math.round(ms), EARLIEST_MS), LATEST_MS)).toISOString();
}

/** A timestamptz expression as epoch milliseconds; the driver reads a float8 as a number. */
export function epochMs(expression: SQL | SQL.Aliased): SQL<number | null> {
  return sql`(extract(epoch from ${expression}) * 1000)::float8`;
}
