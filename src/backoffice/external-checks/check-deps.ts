import { formatPath } from "../../core/event/lenient.ts";
import { faultsOfSettings, type SettingsFault } from "../../core/external-checks/check-faults.ts";
import type { CheckSecrets } from "../../core/external-checks/check-secrets.ts";
import { CheckSettings, type ExternalCheck } from "../../core/external-checks/check-settings.ts";
import { auditedCheck } from "../../core/external-checks/describe-check.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { Answer } from "../../ports/answer.ts";
import type { CheckStore } from "../../ports/external-checks.ts";
import type { StaffDeps, StaffRefusal, Versioned } from "../staff-action.ts";
import { lacksVerbs, type StaffContext, type StaffExcess } from "../staff-context.ts";

export const CHECK_BUDGET_MS = 5_000;

export interface CheckDeps extends StaffDeps {
  readonly checks: CheckStore;
  readonly secrets: CheckSecrets;
  /** Whether `http://127.0.0.1` may be asked. */
  readonly allowsLocal: boolean;
  /** Makes a change known to this instance at once; others learn it within 10 s. */
  readonly refresh: (budgetMs: number) => Promise<boolean>;
}

export const checkTarget = (name: string) => ({ kind: "external_service", id: name, isPersonal: false }) as const;

export const versionedCheck = (check: ExternalCheck): Versioned => ({ version: check.version, state: auditedCheck(check) });

export async function rereadCheck(deps: Pick<CheckDeps, "checks">, name: string): ReturnType<() => Answer<Versioned | null>> {
  const found = await deps.checks.byName(name, CHECK_BUDGET_MS);
  return found.ok ? ok(found.value === null ? null : versionedCheck(found.value)) : found;
}

export async function findCheck(deps: Pick<CheckDeps, "checks">, name: string): Promise<Result<ExternalCheck, StaffRefusal>> {
  const found = await deps.checks.byName(name, CHECK_BUDGET_MS);
  if (!found.ok) return err({ kind: "unavailable", part: found.error.source });
  return found.value === null ? err({ kind: "not_found", detail: `there is no service \`${name.slice(0, 100)}\`` }) : ok(found.value);
}

const EFFECT_VERBS = { features: "features.write", label: "decisions.label", chargeback: "events.append" } as const;

/** Refuses a service that is told of, or writes by its postbacks, what the actor may not read or write; null when it may. */
export function beyondActor(context: StaffContext, settings: readonly CheckSettings[]): StaffExcess | null {
  const effects = settings.flatMap(({ postback }) => (postback === null ? [] : [EFFECT_VERBS[postback.effect.kind]]));
  return lacksVerbs(context, ["decisions.read", ...effects]);
}

/** Reads settings as staff gave them: their shape, then what they mean. Faults are named below `settings`. */
export function readSettings(given: Readonly<Record<string, unknown>>, allowsLocal: boolean): Result<CheckSettings, StaffRefusal> {
  const parsed = CheckSettings.safeParse(given);
  const faults: readonly SettingsFault[] = parsed.success
    ? faultsOfSettings(parsed.data, allowsLocal)
    : parsed.error.issues.map(({ code, path, message }) => ({ code, path: formatPath(path), message }));
  if (parsed.success && faults.length === 0) return ok(parsed.data);
  return err({
    kind: "invalid",
    faults: faults.map((fault) => ({ ...fault, path: fault.path === "" ? "settings" : `settings.${fault.path}` })),
  });
}
