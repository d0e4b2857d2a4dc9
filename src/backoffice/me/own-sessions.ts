import * as z from "zod";
import { err, ok, type Result } from "../../core/result.ts";
import type { OwnSession } from "../../ports/access.ts";
import { type StaffRefusal, staffAction } from "../staff-action.ts";
import { contextMay, type StaffContext } from "../staff-context.ts";
import { findSelf, ME_BUDGET_MS, type MeDeps, type MeRefusal, ownChange } from "./me-deps.ts";

/** One's own sessions that may still be refreshed, newest first. */
export async function listOwnSessions(
  deps: MeDeps,
  context: StaffContext,
): Promise<Result<readonly OwnSession[], MeRefusal | StaffRefusal>> {
  if (!contextMay(context, "self.manage")) return err({ kind: "not_allowed", verb: "self.manage", role: context.role });
  if (deps.self === null) return err({ kind: "not_a_user" });
  const listed = await deps.sessions.listOwn(deps.self.userId, context.nowMs, ME_BUDGET_MS);
  return listed.ok ? ok(listed.value) : err({ kind: "unavailable", part: listed.error.source });
}

const SessionCall = z.strictObject({ id: z.string().min(1).max(100) });

const end = staffAction<MeDeps, z.infer<typeof SessionCall>, { readonly id: string }, MeRefusal>({
  verb: "self.manage",
  action: "user.end_own_session",
  input: SessionCall,
  plan: async (deps, { id }, context) => {
    const found = await findSelf(deps);
    if (!found.ok) return found;
    const sessions = await deps.sessions.listOwn(found.value.id, context.nowMs, ME_BUDGET_MS);
    if (!sessions.ok) return err({ kind: "unavailable", part: sessions.error.source });
    if (!sessions.value.some((session) => session.id === id)) return err({ kind: "not_found", detail: `you have no session \`${id}\`` });
    return ok({
      change: deps.users.endingSession(found.value.id, id, context.nowMs),
      ...ownChange(deps, found.value, { ended_session: id }),
      output: { id },
    });
  },
});

/** Ends one of one's own sessions at once, its access tokens with it, and forgets its device. */
export async function endOwnSession(
  deps: MeDeps,
  context: StaffContext,
  input: unknown,
): Promise<Result<{ readonly id: string }, MeRefusal | StaffRefusal>> {
  const made = await end(deps, context, input);
  if (!made.ok) return made;
  const told = await deps.revokeSession(made.value.id, ME_BUDGET_MS);
  return told.ok ? made : err({ kind: "delayed", part: told.error.source });
}
