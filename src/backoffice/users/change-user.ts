import * as z from "zod";
import { NewPassword, StaffRoleName, type UserRecord } from "../../core/access/user.ts";
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
  weaknessOf,
} from "./user-deps.ts";

export const UserFields = z.strictObject({
  role: StaffRoleName.optional(),
  status: z.enum(["active", "disabled"]).optional(),
  password: NewPassword.optional(),
  version: z.int().positive().optional(),
});
const UserChange = UserFields.extend({ id: z.string().min(1).max(100) }).refine(
  ({ role, status, password }) => (role ?? status ?? password) !== undefined,
  { error: "say what is to change: `role`, `status` or `password`" },
);
const change = staffAction<UserDeps, z.infer<typeof UserChange>, UserRecord>({
  verb: "users.manage",
  action: "user.change",
  input: UserChange,
  plan: async (deps, input, context) => {
    // All of them: whether an admin is left is a question about the others.
    const listed = await deps.users.list(USER_BUDGET_MS);
    if (!listed.ok) return err({ kind: "unavailable", part: listed.error.source });
    const user = listed.value.find(({ id }) => id === input.id);
    if (user === undefined) return err({ kind: "not_found", detail: `there is no user \`${input.id}\`` });
    // Both what the user is and what they become: a new password takes a user over.
    const excess = exceedsActor(
      context,
      [user, { role: input.role ?? user.role }].map(({ role }) => ({ role, scopes: null })),
    );
    if (excess !== null) return err(excess);
    const disabledAtMs = { active: null, disabled: user.disabledAtMs ?? context.nowMs }[
      input.status ?? (user.disabledAtMs === null ? "active" : "disabled")
    ];
    const changed = { ...user, role: input.role ?? user.role, disabledAtMs, version: user.version + 1 };
    if (isAdmin(user) && !isAdmin(changed) && listed.value.filter(isAdmin).length === 1)
      return err({ kind: "invalid", faults: [{ code: "last_admin", path: "id", message: "is the last admin: make another one first" }] });
    const weakness = input.password === undefined ? null : await weaknessOf(deps, "password", input.password, user.username);
    if (weakness !== null) return err(weakness);
    const passwordHash = input.password === undefined ? null : deps.hashPassword(input.password);
    return ok({
      change: deps.users.changing(changed, passwordHash, context.nowMs),
      target: userTarget(user.id),
      current: versionedUser(user),
      expected: input.version,
      after: { ...auditedUser(changed), ...(passwordHash === null ? {} : { credentials: "renewed" }) },
      personal: { username: user.username },
      reread: () => rereadUser(deps, user.id),
      output: changed,
    });
  },
});

/** Changes a user's role, password, or whether they may sign in. Their access tokens end at once; with a new password, or disabled, their sessions too. */
export async function changeUser(
  deps: UserDeps,
  context: StaffContext,
  input: unknown,
): Promise<Result<UserRecord, StaffRefusal | UserDelay>> {
  const made = await change(deps, context, input);
  return made.ok ? tellTokens(deps, made.value) : made;
}

const isAdmin = (user: UserRecord): boolean => user.role === "admin" && user.disabledAtMs === null;
