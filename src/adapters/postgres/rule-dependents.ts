import { and, arrayContains, eq, gt, isNull, or } from "drizzle-orm";
import type { DependentSource } from "../../ports/workshop.ts";
import { ask, type Database } from "./database.ts";
import { listEntries } from "./schema/lists.ts";

const MOST_NAMED = 100;

/** Entries of the lists that a rule made, or that silence it. */
export function createDependentSource(database: Database): DependentSource {
  return {
    ofRule: (rule, nowMs, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const isInForce = or(isNull(listEntries.expiresAt), gt(listEntries.expiresAt, new Date(nowMs)));
        const named = or(eq(listEntries.ruleId, rule), arrayContains(listEntries.rules, [rule]));
        const rows = await session
          .select({ id: listEntries.id, verdict: listEntries.verdict })
          .from(listEntries)
          .where(and(eq(listEntries.isActive, true), isInForce, named))
          .orderBy(listEntries.createdAt)
          .limit(MOST_NAMED);
        return rows.map(({ id, verdict }) => ({
          kind: verdict === "allow" ? ("whitelist" as const) : ("block" as const),
          file: null,
          name: id,
        }));
      }),
  };
}
