import * as z from "zod";
import type { UserRecord } from "../../core/access/user.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { type StaffRefusal, staffAction } from "../staff-action.ts";
import { exceedsActor, type StaffContext } from "../staff-context.ts";
import {
  auditedUser,
  rereadUser,
  tellTokens,
  USER_BUDGET_MS,
  type UserDelay,
  type UserDeps,
  userTarget,
  versionedUser,
} from "./user-deps.ts";

export const ResetCall = z.strictObject({ id: z.string().min(1).max(100), version: z.int().positive().optional() });

const reset = staffAction<UserDeps, z.infer<typeof ResetCall>, UserRecord>({
  verb: "users.manage",
  action: "user.reset_second_factor",
  input: ResetCall,
  plan: async (deps, input, context) => {
    const found = await deps.users.byId(input.id, USER_BUDGET_MS);
    if (!found.ok) return err({ kind: "unavailable", part: found.error.source });
    if (found.value === null) return err({ kind: "not_found", detail: `there is no user \`${input.id}\`` });
    const user = found.value;
    const excess = exceedsActor(context, [{ role: user.role, scopes: null }]);
    if (excess !== null) return err(excess);
    const changed = { ...user, hasSecondFactor: false, version: user.version + 1 };
    return ok({
      change: deps.users.removingSecondFactor(user, null, "end", context.nowMs),
      target: userTarget(user.id),
      current: versionedUser(user),
      expected: input.version,
      after: auditedUser(changed),
      personal: { username: user.username },
      reread: () => rereadUser(deps, user.id),
      output: changed,
    });
  },
});

/** Takes another's second factor away, for who lost both app and recovery codes. Ends their sessions and tokens at once. */
export async function resetSecondFactor(
  deps: UserDeps,
  context: StaffContext,
  input: unknown,
): Promise<Result<UserRecord, StaffRefusal | UserDelay>> {
  const made = await reset(deps, context, input);
  return made.ok ? tellTokens(deps, made.value) : made;
}
