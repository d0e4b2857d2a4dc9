import * as z from "zod";
import type { ExternalCheck } from "../../core/external-checks/check-settings.ts";
import { auditedCheck } from "../../core/external-checks/describe-check.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { type StaffRefusal, staffAction } from "../staff-action.ts";
import type { StaffContext } from "../staff-context.ts";
import {
  beyondActor,
  CHECK_BUDGET_MS,
  type CheckDeps,
  checkTarget,
  findCheck,
  readSettings,
  rereadCheck,
  versionedCheck,
} from "./check-deps.ts";
import { GivenSettings } from "./create-check.ts";

export const CheckFields = z.strictObject({
  description: z.string().trim().max(500).optional(),
  active: z.boolean().optional(),
  /** Those that are given replace the ones before, each as a whole. */
  settings: GivenSettings.optional(),
  version: z.int().positive().optional(),
});
const CheckChange = CheckFields.extend({ id: z.string().min(1).max(100) }).refine(
  ({ description, active, settings }) => (description ?? active ?? settings) !== undefined,
  { error: "say what is to change: `description`, `active` or `settings`" },
);

const change = staffAction<CheckDeps, z.infer<typeof CheckChange>, ExternalCheck>({
  verb: "services.manage",
  action: "external_service.change",
  input: CheckChange,
  plan: async (deps, input, context) => {
    const found = await findCheck(deps, input.id);
    if (!found.ok) return found;
    const check = found.value;
    const read = readSettings({ ...check.settings, ...input.settings }, deps.allowsLocal);
    if (!read.ok) return read;
    const excess = beyondActor(context, [check.settings, read.value]);
    if (excess !== null) return err(excess);
    const changed: ExternalCheck = {
      ...check,
      description: input.description ?? check.description,
      isActive: input.active ?? check.isActive,
      settings: read.value,
      updatedAtMs: context.nowMs,
      updatedBy: context.actor.id,
      version: check.version + 1,
    };
    return ok({
      change: deps.checks.changing(changed),
      target: checkTarget(check.name),
      current: versionedCheck(check),
      expected: input.version,
      after: auditedCheck(changed),
      reread: () => rereadCheck(deps, check.name),
      output: changed,
    });
  },
});

/** Changes a service or switches it on or off; every instance knows within 10 s. */
export async function changeCheck(deps: CheckDeps, context: StaffContext, input: unknown): Promise<Result<ExternalCheck, StaffRefusal>> {
  const made = await change(deps, context, input);
  if (made.ok) await deps.refresh(CHECK_BUDGET_MS);
  return made;
}
