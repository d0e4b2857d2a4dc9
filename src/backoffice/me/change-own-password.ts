import * as z from "zod";
import { NewPassword, TriedPassword } from "../../core/access/user.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { type StaffRefusal, staffAction } from "../staff-action.ts";
import type { StaffContext } from "../staff-context.ts";
import { weaknessOf } from "../users/user-deps.ts";
import { faultAt, findSelfByPassword, ME_BUDGET_MS, type MeDeps, type MeRefusal, ownChange } from "./me-deps.ts";

export const OwnPasswordCall = z.strictObject({ current_password: TriedPassword, new_password: NewPassword });

const change = staffAction<MeDeps, z.infer<typeof OwnPasswordCall>, { readonly ended: readonly string[] }, MeRefusal>({
  verb: "self.manage",
  action: "user.change_own_password",
  input: OwnPasswordCall,
  plan: async (deps, input, context) => {
    const found = await findSelfByPassword(deps, "current_password", input.current_password);
    if (!found.ok) return found;
    const user = found.value;
    const keptSession = deps.self?.sessionId ?? "";
    if (input.new_password === input.current_password) return faultAt("new_password", "same_password", "is the password you have");
    const weakness = await weaknessOf(deps, "new_password", input.new_password, user.username);
    if (weakness !== null) return err(weakness);
    const sessions = await deps.sessions.listOwn(user.id, context.nowMs, ME_BUDGET_MS);
    if (!sessions.ok) return err({ kind: "unavailable", part: sessions.error.source });
    return ok({
      change: deps.users.settingPassword(user, deps.hashPassword(input.new_password), keptSession, context.nowMs),
      ...ownChange(deps, user, { credentials: "renewed" }),
      output: { ended: sessions.value.map(({ id }) => id).filter((id) => id !== keptSession) },
    });
  },
});

/** Changes one's own password by the old one. Ends all other sessions, and what other devices were known by. */
export async function changeOwnPassword(
  deps: MeDeps,
  context: StaffContext,
  input: unknown,
): Promise<Result<{ readonly ended: readonly string[] }, MeRefusal | StaffRefusal>> {
  const made = await change(deps, context, input);
  if (!made.ok) return made;
  const told = await Promise.all(made.value.ended.map((id) => deps.revokeSession(id, ME_BUDGET_MS)));
  const missed = told.find((answer) => !answer.ok);
  return missed === undefined || missed.ok ? made : err({ kind: "delayed", part: missed.error.source });
}
