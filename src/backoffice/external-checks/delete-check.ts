import * as z from "zod";
import { ok, type Result } from "../../core/result.ts";
import { type StaffRefusal, staffAction } from "../staff-action.ts";
import type { StaffContext } from "../staff-context.ts";
import { CHECK_BUDGET_MS, type CheckDeps, checkTarget, findCheck, rereadCheck, versionedCheck } from "./check-deps.ts";

const remove = staffAction<CheckDeps, { readonly id: string }, void>({
  verb: "services.manage",
  action: "external_service.delete",
  input: z.strictObject({ id: z.string().min(1).max(100) }),
  plan: async (deps, { id }) => {
    const found = await findCheck(deps, id);
    if (!found.ok) return found;
    return ok({
      change: deps.checks.deleting(found.value),
      target: checkTarget(id),
      current: versionedCheck(found.value),
      after: null,
      reread: () => rereadCheck(deps, id),
      output: undefined,
    });
  },
});

/** Takes a service away: its features are absent from then on, and its postbacks are refused. */
export async function deleteCheck(deps: CheckDeps, context: StaffContext, input: unknown): Promise<Result<void, StaffRefusal>> {
  const made = await remove(deps, context, input);
  if (made.ok) await deps.refresh(CHECK_BUDGET_MS);
  return made;
}
