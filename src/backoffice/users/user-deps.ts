import { containsName, type UserRecord } from "../../core/access/user.ts";
import { NAME } from "../../core/product.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { UserStore } from "../../ports/access.ts";
import type { Answer } from "../../ports/answer.ts";
import type { StaffDeps, StaffRefusal, Versioned } from "../staff-action.ts";

export const USER_BUDGET_MS = 5_000;

/** Whether a password is too common or too regular to be taken. */
export interface PasswordRules {
  readonly isGuessable: (password: string, names: readonly string[]) => Promise<boolean>;
}

/** Why a new password of this user is refused; null when it is good. */
export async function weaknessOf(
  rules: PasswordRules,
  path: string,
  password: string,
  username: string,
): Promise<Extract<StaffRefusal, { kind: "invalid" }> | null> {
  const fault = (message: string) => ({ kind: "invalid" as const, faults: [{ code: "weak_password", path, message }] });
  if (containsName(password, username)) return fault("must not contain the username, also not backwards or with look-alikes");
  if (await rules.isGuessable(password, [username, NAME]))
    return fault("is too easy to guess: take four or more words that do not belong together");
  return null;
}

/** It is recorded, but Redis did not take it: an access token of the last 15 minutes may go on. To be sent again. */
export interface UserDelay {
  readonly kind: "delayed";
  readonly part: string;
}

export interface UserDeps extends StaffDeps, PasswordRules {
  readonly users: UserStore;
  readonly hashPassword: (password: string) => string;
  readonly clock: () => number;
  /** Ends the access tokens of a user. */
  readonly revokeTokens: (subject: string, atMs: number, budgetMs: number) => Answer<void>;
}

export const userTarget = (id: string) => ({ kind: "user", id, isPersonal: false }) as const;

/** A user as it is audited: the name is personal and goes beside it. */
export const auditedUser = (user: UserRecord) => ({
  id: user.id,
  role: user.role,
  disabled: user.disabledAtMs !== null,
  second_factor: user.hasSecondFactor,
});

export const versionedUser = (user: UserRecord): Versioned => ({ version: user.version, state: auditedUser(user) });

export async function rereadUser(deps: UserDeps, id: string): ReturnType<() => Answer<Versioned | null>> {
  const found = await deps.users.byId(id, USER_BUDGET_MS);
  return found.ok ? ok(found.value === null ? null : versionedUser(found.value)) : found;
}

/** Ends the access tokens of a user that was changed. */
export async function tellTokens(deps: UserDeps, user: UserRecord): Promise<Result<UserRecord, UserDelay>> {
  const revoked = await deps.revokeTokens(`user:${user.id}`, deps.clock(), USER_BUDGET_MS);
  return revoked.ok ? ok(user) : err({ kind: "delayed", part: revoked.error.source });
}
