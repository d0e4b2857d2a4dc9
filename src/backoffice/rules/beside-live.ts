import type { ConfigOptions } from "../../core/config/compile.ts";
import { listTypesOf, Manifest } from "../../core/config/manifest.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { CheckOptions } from "../../core/rules/check-context.ts";
import type { StaffRefusal } from "../staff-action.ts";
import { unavailable, WORKSHOP_BUDGET_MS, type WorkshopDeps } from "./workshop-deps.ts";

/** What rules are checked with: the deployment's own, and the named lists they may read. */
type Checking = ConfigOptions & Pick<CheckOptions, "lists">;

/** Rules that go live beside this version read its lists. */
export function besideLive(options: ConfigOptions, live: { readonly manifest: Manifest } | null): Checking {
  return { ...options, lists: listTypesOf(live?.manifest ?? null) };
}

/** The same beside the version that is live now. */
export async function readBesideLive(deps: Pick<WorkshopDeps, "manifests" | "options">): Promise<Result<Checking, StaffRefusal>> {
  const latest = await deps.manifests.latest(WORKSHOP_BUDGET_MS);
  if (!latest.ok) return err(unavailable(latest.error));
  const live = latest.value === null ? null : { manifest: Manifest.parse(JSON.parse(latest.value.text)) };
  return ok(besideLive(deps.options, live));
}
