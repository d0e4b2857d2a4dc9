import type { UserRecord } from "../../core/access/user.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { UserStore } from "../../ports/access.ts";
import type { StaffRefusal } from "../staff-action.ts";
import { contextMay, type StaffContext } from "../staff-context.ts";
import { USER_BUDGET_MS } from "./user-deps.ts";

/** All users by name, disabled ones too. */
export async function listUsers(
  deps: { readonly users: UserStore },
  context: StaffContext,
): Promise<Result<readonly UserRecord[], StaffRefusal>> {
  if (!contextMay(context, "users.read")) return err({ kind: "not_allowed", verb: "users.read", role: context.role });
  const listed = await deps.users.list(USER_BUDGET_MS);
  return listed.ok ? ok(listed.value) : err({ kind: "unavailable", part: listed.error.source });
}
