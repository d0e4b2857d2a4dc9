import { sql } from "drizzle-orm";
import { ask, type Database } from "../../../src/adapters/postgres/database.ts";
import { statementsOf } from "../../../src/adapters/postgres/staff-change.ts";
import type { StaffChange } from "../../../src/ports/staff-writes.ts";
import { expectValue } from "./test-database.ts";

/** Makes a prepared change as `StaffWrites.commit` does, without an audit row. */
export async function commitChange(database: Database, change: StaffChange): Promise<"made" | "stale"> {
  const statements = statementsOf([change]).map((statement, i) => sql`${sql.identifier(`change_${i}`)} as (${statement})`);
  const { rows } = expectValue(
    await ask(database, 10_000, (session) =>
      session.execute<{ made: boolean }>(sql`with ${sql.join(statements, sql`, `)} select count(*) > 0 as made from change_0`),
    ),
  );
  return rows[0]?.made === true ? "made" : "stale";
}
