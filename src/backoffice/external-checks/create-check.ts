import * as z from "zod";
import { CheckName } from "../../core/external-checks/check-name.ts";
import type { ExternalCheck } from "../../core/external-checks/check-settings.ts";
import { auditedCheck } from "../../core/external-checks/describe-check.ts";
import { CHECK_PRESETS } from "../../core/external-checks/presets.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { type StaffRefusal, staffAction } from "../staff-action.ts";
import type { StaffContext } from "../staff-context.ts";
import { beyondActor, CHECK_BUDGET_MS, type CheckDeps, checkTarget, readSettings } from "./check-deps.ts";

export const GivenSettings = z.record(z.string(), z.unknown()).meta({ description: "see `settings` of the answer; each may be left out" });

export const NewCheckCall = z.strictObject({
  /** Also the name of a preset to begin with: `fraudscore`, `forensiq`, `anura`, `botbox`. */
  id: CheckName,
  description: z.string().trim().max(500).optional(),
  active: z.boolean().default(true),
  settings: GivenSettings.default({}),
});

const create = staffAction<CheckDeps, z.infer<typeof NewCheckCall>, ExternalCheck>({
  verb: "services.manage",
  action: "external_service.create",
  input: NewCheckCall,
  plan: async (deps, { id, description, active, settings }, context) => {
    const preset = CHECK_PRESETS.find(({ name }) => name === id);
    const read = readSettings({ ...preset?.settings, ...settings }, deps.allowsLocal);
    if (!read.ok) return read;
    const excess = beyondActor(context, [read.value]);
    if (excess !== null) return err(excess);
    const check: ExternalCheck = {
      name: id,
      description: description ?? preset?.description ?? "",
      isActive: active,
      settings: read.value,
      createdAtMs: context.nowMs,
      createdBy: context.actor.id,
      updatedAtMs: context.nowMs,
      updatedBy: context.actor.id,
      version: 1,
    };
    return ok({
      change: deps.checks.creating(check),
      target: checkTarget(id),
      current: null,
      after: auditedCheck(check),
      reread: async () => ok(null),
      output: check,
    });
  },
});

/** Configures a service; decisions ask it as soon as a rule reads one of its features. */
export async function createCheck(deps: CheckDeps, context: StaffContext, input: unknown): Promise<Result<ExternalCheck, StaffRefusal>> {
  const made = await create(deps, context, input);
  if (made.ok) await deps.refresh(CHECK_BUDGET_MS);
  return made;
}
