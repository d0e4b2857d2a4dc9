import type { World } from "../core/access/api-key.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { Answer } from "../ports/answer.ts";
import type { DatabaseHealth, HealthSource } from "../ports/database-health.ts";
import type { StaffRefusal } from "./staff-action.ts";
import { contextMay, type StaffContext } from "./staff-context.ts";

const BUDGET_MS = 10_000;

export interface HealthDeps {
  readonly source: HealthSource;
  /** Events of a world that wait in Redis for Postgres. */
  readonly countPending: (world: World, budgetMs: number) => Answer<number>;
}
/** `pending` is null while Redis does not answer. */
export interface OperatorsView extends DatabaseHealth {
  readonly pending: number | null;
}

/** What an operator looks at first when decisions are slow or records late. */
export async function readDatabaseHealth(deps: HealthDeps, context: StaffContext): Promise<Result<OperatorsView, StaffRefusal>> {
  if (!contextMay(context, "database.read")) return err({ kind: "not_allowed", verb: "database.read", role: context.role });
  const [health, live, test] = await Promise.all([
    deps.source.read(BUDGET_MS),
    deps.countPending("live", BUDGET_MS),
    deps.countPending("test", BUDGET_MS),
  ]);
  if (!health.ok) return err({ kind: "unavailable", part: health.error.source });
  return ok({ ...health.value, pending: live.ok && test.ok ? live.value + test.value : null });
}
