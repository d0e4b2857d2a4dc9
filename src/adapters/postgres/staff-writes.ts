import { and, desc, eq, inArray, sql } from "drizzle-orm";
import { type AuditSealer, keyIdsOf } from "../../core/audit/seal.ts";
import { err, ok } from "../../core/result.ts";
import type { StaffWrites } from "../../ports/staff-writes.ts";
import { ask, type Database } from "./database.ts";
import { auditKeys, auditLog } from "./schema/audit.ts";
import { statementsOf } from "./staff-change.ts";

const UNIQUE_VIOLATION = "23505";

/** A staff action's change, whatever follows from it and its audit row in one statement: all of it happens or none. */
export function createStaffWrites(database: Database, sealer: AuditSealer): StaffWrites {
  return {
    async commit({ change, also, audit }, budgetMs) {
      const { entries, keys } = await sealer.seal([audit]);
      const written = await ask(database, budgetMs, async (session) => {
        const named = statementsOf([change, ...also]).map((statement, i) => sql`${sql.identifier(`change_${i}`)} as (${statement})`);
        // INVARIANT: the chain's head is locked after the rows of the change, by everyone; the append reads the change, so it runs after it.
        const { rows } = await session.execute<{ made: boolean; appended: number | null }>(sql`
          with ${sql.join(named, sql`, `)},
            decided as (select count(*) > 0 as made from change_0),
            chained as (select append_audit(${JSON.stringify(entries)}::json, ${JSON.stringify(keys)}::json)::float8 as seq from decided where made)
          select made, (select seq from chained) as appended from decided`);
        return rows[0]?.made === true ? ("made" as const) : ("stale" as const);
      });
      if (written.ok) return written;
      return written.error.sqlState === UNIQUE_VIOLATION ? ok("taken") : err(written.error);
    },
    async lastChange(target, budgetMs) {
      const name = await sealer.targetOf(target);
      const found = await ask(database, budgetMs, async (session) => {
        const done = and(eq(auditLog.target, name), eq(auditLog.success, true));
        const row = (await session.select().from(auditLog).where(done).orderBy(desc(auditLog.seq)).limit(1))[0];
        return row === undefined
          ? null
          : {
              row,
              keys: await session
                .select()
                .from(auditKeys)
                .where(inArray(auditKeys.id, [...keyIdsOf(row.sealed)])),
            };
      });
      if (!found.ok) return found;
      if (found.value === null) return ok(null);
      const { row, keys } = found.value;
      const opened = await sealer.open(row, keys);
      const person = opened.find(({ of }) => of === "actor")?.values?.name;
      return ok({ actor: row.actor, name: typeof person === "string" ? person : null, atMs: row.occurredAt.getTime(), action: row.action });
    },
  };
}
