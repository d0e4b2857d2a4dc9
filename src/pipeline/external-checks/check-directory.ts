import type { CheckSecrets } from "../../core/external-checks/check-secrets.ts";
import { type CompiledCheck, compileCheck } from "../../core/external-checks/compile-check.ts";
import type { CheckStore } from "../../ports/external-checks.ts";
import type { WaitUntil } from "../services.ts";

/** A change acts on every instance within this. */
const FRESH_MS = 10_000;
/** After a fault, how long the store is left alone. */
const RETRY_AFTER_MS = 2_000;
const REFRESH_BUDGET_MS = 5_000;

/** The configured services as one instance knows them. */
export interface CheckDirectory {
  /** By name. What was read before, however old; read now only when nothing was. Null when that failed: nobody knows which services there are. */
  have(budgetMs: number): Promise<ReadonlyMap<string, CompiledCheck> | null>;
  /** Reads them anew after the response when they are older than 10 s. */
  refreshWhenDue(waitUntil: WaitUntil): void;
  /** Reads them anew now; false when the store failed, and what was known stays. */
  refresh(budgetMs: number): Promise<boolean>;
}

export function createCheckDirectory(deps: {
  readonly store: CheckStore;
  readonly secrets: CheckSecrets;
  readonly allowsLocal: boolean;
  readonly clock: () => number;
}): CheckDirectory {
  let known: ReadonlyMap<string, CompiledCheck> | null = null;
  let dueAtMs = Number.NEGATIVE_INFINITY;

  async function refresh(budgetMs: number): Promise<boolean> {
    // Set before the wait, so that one request at a time asks; none waits for another's.
    dueAtMs = deps.clock() + RETRY_AFTER_MS;
    const listed = await deps.store.list(budgetMs);
    if (!listed.ok) return false;
    const compiled = listed.value.map((check) => compileCheck(check, deps.secrets, deps.allowsLocal)).filter((check) => check !== null);
    known = new Map(compiled.map((check) => [check.check.name, check]));
    dueAtMs = deps.clock() + FRESH_MS;
    return true;
  }

  return {
    async have(budgetMs) {
      if (known === null) await refresh(budgetMs);
      return known;
    },
    refreshWhenDue(waitUntil) {
      // A service that no rule reads costs nothing: nothing was read, so nothing is kept fresh.
      if (known !== null && deps.clock() >= dueAtMs) waitUntil(refresh(REFRESH_BUDGET_MS));
    },
    refresh,
  };
}
