import type { CheckDeps } from "../../../../backoffice/external-checks/check-deps.ts";
import type { ReadDeps } from "../../../../backoffice/external-checks/read-checks.ts";
import type { TestDeps } from "../../../../backoffice/external-checks/test-check.ts";
import type { Services } from "../../../../pipeline/services.ts";

/** What the verbs on external services need. */
export function serviceDepsOf({ externalChecks, staff, newId, eventSettings }: Services): CheckDeps & ReadDeps & TestDeps {
  const { store, counts, secrets, allowsLocal, directory, asker } = externalChecks;
  return {
    checks: store,
    counts,
    secrets,
    allowsLocal,
    refresh: directory.refresh,
    breakerOf: asker.stateOf,
    tryOnce: asker.tryOnce,
    eventSettings,
    writes: staff,
    newId,
  };
}
