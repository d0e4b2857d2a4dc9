import type { Breaker } from "../../core/external-checks/breaker.ts";
import type { ExternalCheck } from "../../core/external-checks/check-settings.ts";
import { type CheckStanding, standingOf } from "../../core/external-checks/count-outcomes.ts";
import { missingSecrets } from "../../core/external-checks/missing-secrets.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { CheckCountStore } from "../../ports/external-checks.ts";
import type { StaffRefusal } from "../staff-action.ts";
import { contextMay, type StaffContext } from "../staff-context.ts";
import { CHECK_BUDGET_MS, type CheckDeps, findCheck } from "./check-deps.ts";

const DAY_MS = 86_400_000;

export interface ReadDeps extends Pick<CheckDeps, "checks" | "secrets"> {
  readonly counts: CheckCountStore;
  readonly breakerOf: (name: string) => Breaker["state"];
}
/** A service, how it did in the last 24 hours, and what the deployment lacks to use it. */
export interface CheckView {
  readonly check: ExternalCheck;
  /** Null while nobody can say. */
  readonly standing: CheckStanding | null;
  /** In the instance that answers. */
  readonly breaker: Breaker["state"];
  readonly missingSecrets: readonly string[];
}

/** All services by name. */
export async function listChecks(deps: ReadDeps, context: StaffContext): Promise<Result<readonly CheckView[], StaffRefusal>> {
  if (!contextMay(context, "services.read")) return err({ kind: "not_allowed", verb: "services.read", role: context.role });
  const listed = await deps.checks.list(CHECK_BUDGET_MS);
  if (!listed.ok) return err({ kind: "unavailable", part: listed.error.source });
  const view = await viewer(deps, context);
  return ok(listed.value.map(view));
}

/** One service. */
export async function readCheck(deps: ReadDeps, context: StaffContext, id: string): Promise<Result<CheckView, StaffRefusal>> {
  if (!contextMay(context, "services.read")) return err({ kind: "not_allowed", verb: "services.read", role: context.role });
  const found = await findCheck(deps, id);
  if (!found.ok) return found;
  const view = await viewer(deps, context);
  return ok(view(found.value));
}

/** How a service just written stands. */
export async function viewer(deps: ReadDeps, context: StaffContext): Promise<(check: ExternalCheck) => CheckView> {
  const counts = await deps.counts.since(context.nowMs - DAY_MS, CHECK_BUDGET_MS);
  return (check) => ({
    check,
    standing: counts.ok ? standingOf(check.name, counts.value) : null,
    breaker: deps.breakerOf(check.name),
    missingSecrets: missingSecrets(check, deps.secrets),
  });
}
