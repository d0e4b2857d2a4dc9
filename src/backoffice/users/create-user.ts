import * as z from "zod";
import { NewPassword, StaffRoleName, Username, type UserRecord } from "../../core/access/user.ts";
import { err, ok } from "../../core/result.ts";
import { staffAction } from "../staff-action.ts";
import { exceedsActor } from "../staff-context.ts";
import { auditedUser, type UserDeps, userTarget, weaknessOf } from "./user-deps.ts";

export const NewUserCall = z.strictObject({ username: Username, role: StaffRoleName, password: NewPassword });

/** Makes a user who can sign in from now on. */
export const createUser = staffAction<UserDeps, z.infer<typeof NewUserCall>, UserRecord>({
  verb: "users.manage",
  action: "user.create",
  input: NewUserCall,
  plan: async (deps, { username, role, password }, context) => {
    const excess = exceedsActor(context, [{ role, scopes: null }]);
    if (excess !== null) return err(excess);
    const weakness = await weaknessOf(deps, "password", password, username);
    if (weakness !== null) return err(weakness);
    const made = { createdAtMs: context.nowMs, createdBy: context.actor.id, disabledAtMs: null, hasSecondFactor: false, version: 1 };
    const user = { id: deps.newId(), username, role, ...made };
    return ok({
      change: deps.users.creating(user, deps.hashPassword(password)),
      target: userTarget(user.id),
      current: null,
      after: auditedUser(user),
      personal: { username },
      reread: async () => ok(null),
      output: user,
    });
  },
});
