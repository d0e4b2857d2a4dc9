import { and, arrayContains, eq, gt, inArray, isNull, or } from "drizzle-orm";
import type { Dependent } from "../../core/rules/edit/dependents.ts";
import type { DependentSource } from "../../ports/workshop.ts";
import { ask, type Database } from "./database.ts";
import { listEntries } from "./schema/lists.ts";
import { fraudReports } from "./schema/reports.ts";

const MOST_NAMED = 100;

/** Entries of the lists that a rule made, or that silence it, and open reports that name it. */
export function createDependentSource(database: Database): DependentSource {
  return {
    ofRule: (rule, nowMs, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const isInForce = or(isNull(listEntries.expiresAt), gt(listEntries.expiresAt, new Date(nowMs)));
        const named = or(eq(listEntries.ruleId, rule), arrayContains(listEntries.rules, [rule]));
        const isOpen = and(eq(fraudReports.ruleId, rule), inArray(fraudReports.status, ["pending", "reviewing"]));
        const [entries, reports] = await session.batch([
          session
            .select({ id: listEntries.id, verdict: listEntries.verdict })
            .from(listEntries)
            .where(and(eq(listEntries.isActive, true), isInForce, named))
            .orderBy(listEntries.createdAt)
            .limit(MOST_NAMED),
          session.select({ id: fraudReports.id }).from(fraudReports).where(isOpen).orderBy(fraudReports.openedAt).limit(MOST_NAMED),
        ]);
        return [
          ...entries.map(({ id, verdict }): Dependent => ({ kind: verdict === "allow" ? "whitelist" : "block", file: null, name: id })),
          ...reports.map(({ id }): Dependent => ({ kind: "report", file: null, name: id })),
        ];
      }),
  };
}
