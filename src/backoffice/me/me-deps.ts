import { err, ok, type Result } from "../../core/result.ts";
import type { CodeProof, SessionStore, SignIn, UserStore } from "../../ports/access.ts";
import type { Answer } from "../../ports/answer.ts";
import type { StaffDeps, StaffRefusal, Versioned } from "../staff-action.ts";
import { type PasswordRules, userTarget } from "../users/user-deps.ts";

export const ME_BUDGET_MS = 5_000;

/** What people do about their own account. */
export interface MeDeps extends StaffDeps, PasswordRules {
  /** Who calls, by a token of their own; null for a key, which has none of this. */
  readonly self: { readonly userId: string; readonly sessionId: string } | null;
  readonly users: UserStore;
  readonly sessions: Pick<SessionStore, "findUser" | "listOwn">;
  readonly hashPassword: (password: string) => string;
  readonly isPasswordOf: (password: string, stored: string | null) => boolean;
  /** Counts an attempt at a password or code of one's own. */
  readonly takeAttempt: (userId: string, budgetMs: number) => Answer<{ readonly retryAfterSeconds: number | null }>;
  readonly proveCode: (user: SignIn, code: string) => Promise<Result<CodeProof, CodeRefusal>>;
  readonly sealSecret: (secret: string, userId: string) => Promise<string>;
  readonly recoveryDigest: (userId: string, code: string) => Promise<string>;
  readonly randomBytes: (length: number) => Uint8Array;
  /** Ends the access tokens of a session. */
  readonly revokeSession: (sessionId: string, budgetMs: number) => Answer<void>;
}
export type CodeRefusal =
  | { readonly kind: "refused" }
  | { readonly kind: "throttled"; readonly retryAfterSeconds: number }
  | { readonly kind: "unavailable"; readonly part: string };
export type MeRefusal =
  /** A key has no password, sessions or second factor. */
  | { readonly kind: "not_a_user" }
  | { readonly kind: "throttled"; readonly retryAfterSeconds: number }
  /** It is recorded, but Redis did not take it: an access token of the last 15 minutes may go on. To be sent again. */
  | { readonly kind: "delayed"; readonly part: string };

/** The caller's own record, as it signs in. */
export async function findSelf({ self, sessions }: Pick<MeDeps, "self" | "sessions">): Promise<Result<SignIn, MeRefusal | StaffRefusal>> {
  if (self === null) return err({ kind: "not_a_user" });
  const found = await sessions.findUser(self.userId, ME_BUDGET_MS);
  if (!found.ok) return err({ kind: "unavailable", part: found.error.source });
  return found.value === null ? err({ kind: "not_a_user" }) : ok(found.value);
}

/** The same, once its password was given: a stolen token alone changes nothing. Attempts are counted before they are judged. */
export async function findSelfByPassword(deps: MeDeps, path: string, password: string): Promise<Result<SignIn, MeRefusal | StaffRefusal>> {
  const found = await findSelf(deps);
  if (!found.ok) return found;
  const taken = await deps.takeAttempt(found.value.id, ME_BUDGET_MS);
  if (!taken.ok) return err({ kind: "unavailable", part: taken.error.source });
  if (taken.value.retryAfterSeconds !== null) return err({ kind: "throttled", retryAfterSeconds: taken.value.retryAfterSeconds });
  return deps.isPasswordOf(password, found.value.passwordHash) ? found : faultAt(path, "wrong_password", "is not your password");
}

export const faultAt = (path: string, code: string, message: string) =>
  err({ kind: "invalid" as const, faults: [{ code, path, message }] });

/** A change of one's own account, for the audit log: what kind of change, never a secret. */
export function ownChange(deps: MeDeps, user: SignIn, what: Readonly<Record<string, unknown>>) {
  const stateOf = ({ id, role, version, secondFactor }: SignIn): Versioned => ({
    version,
    state: { id, role, second_factor: secondFactor?.isConfirmed === true },
  });
  return {
    target: userTarget(user.id),
    current: stateOf(user),
    // `If-Match` is for records that several people edit.
    expected: user.version,
    after: { ...stateOf(user).state, ...what },
    personal: { username: user.username },
    reread: async () => {
      const found = await deps.sessions.findUser(user.id, ME_BUDGET_MS);
      return found.ok ? ok(found.value === null ? null : stateOf(found.value)) : found;
    },
  };
}
