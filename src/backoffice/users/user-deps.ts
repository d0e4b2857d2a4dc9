import type { UserRecord } from "../../core/access/user.ts";
import { ok } from "../../core/result.ts";
import type { UserStore } from "../../ports/access.ts";
import type { Answer } from "../../ports/answer.ts";
import type { StaffDeps, Versioned } from "../staff-action.ts";

export const USER_BUDGET_MS = 5_000;

export interface UserDeps extends StaffDeps {
  readonly users: UserStore;
  readonly hashPassword: (password: string) => string;
  readonly clock: () => number;
  /** Ends the access tokens of a user. */
  readonly revokeTokens: (subject: string, atMs: number, budgetMs: number) => Answer<void>;
}

export const userTarget = (id: string) => ({ kind: "user", id, isPersonal: false }) as const;

/** A user as it is audited: the name is personal and goes beside it. */
export const auditedUser = (user: UserRecord) => ({ id: user.id, role: user.role, disabled: user.disabledAtMs !== null });

export const versionedUser = (user: UserRecord): Versioned => ({ version: user.version, state: auditedUser(user) });

export async function rereadUser(deps: UserDeps, id: string): ReturnType<() => Answer<Versioned | null>> {
  const found = await deps.users.byId(id, USER_BUDGET_MS);
  return found.ok ? ok(found.value === null ? null : versionedUser(found.value)) : found;
}
