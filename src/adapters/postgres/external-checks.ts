import { asc, eq, sql } from "drizzle-orm";
import { CheckSettings, type ExternalCheck } from "../../core/external-checks/check-settings.ts";
import type { CheckStore } from "../../ports/external-checks.ts";
import { ask, type Database } from "./database.ts";
import { toInstant } from "./instants.ts";
import { externalChecks } from "./schema/external-checks.ts";
import { prepareChange } from "./staff-change.ts";

/** External services as staff manage them and decisions read them. */
export function createCheckStore(database: Database): CheckStore {
  return {
    list: (budgetMs) =>
      ask(database, budgetMs, async (session) =>
        (await session.select().from(externalChecks).orderBy(asc(externalChecks.name))).flatMap(toCheck),
      ),
    byName: (name, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const rows = await session.select().from(externalChecks).where(eq(externalChecks.name, name)).limit(1);
        return rows.flatMap(toCheck)[0] ?? null;
      }),
    creating: (check) =>
      prepareChange(() => [
        sql`insert into external_checks (name, description, is_active, settings, created_at, created_by, updated_at, updated_by, version)
          values (${check.name}, ${check.description}, ${check.isActive}, ${JSON.stringify(check.settings)}::json,
            ${toInstant(check.createdAtMs)}::timestamptz, ${check.createdBy}, ${toInstant(check.updatedAtMs)}::timestamptz, ${check.updatedBy}, 1)
          returning name`,
      ]),
    changing: (check) =>
      prepareChange(() => [
        sql`update external_checks set description = ${check.description}, is_active = ${check.isActive},
            settings = ${JSON.stringify(check.settings)}::json, updated_at = ${toInstant(check.updatedAtMs)}::timestamptz,
            updated_by = ${check.updatedBy}, version = version + 1
          where name = ${check.name} and version = ${check.version - 1} returning name`,
      ]),
    deleting: ({ name, version }) =>
      prepareChange(() => [sql`delete from external_checks where name = ${name} and version = ${version} returning name`]),
  };
}

/** None for settings that this release cannot read: it would not know what to ask. */
function toCheck({ settings, createdAt, updatedAt, ...row }: typeof externalChecks.$inferSelect): ExternalCheck[] {
  const read = CheckSettings.safeParse(settings);
  return read.success ? [{ ...row, settings: read.data, createdAtMs: createdAt.getTime(), updatedAtMs: updatedAt.getTime() }] : [];
}
