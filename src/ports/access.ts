import type { World } from "../core/access/api-key.ts";
import type { ManagedKey } from "../core/access/managed-key.ts";
import type { Role, StaffRole, Verb } from "../core/access/permission.ts";
import type { RefreshVerdict } from "../core/access/session-life.ts";
import type { UserRecord } from "../core/access/user.ts";
import type { Answer } from "./answer.ts";
import type { StaffChange } from "./staff-writes.ts";

export interface ApiKeyRecord {
  readonly id: string;
  readonly digest: string;
  readonly name: string;
  readonly role: Role;
  /** Verbs out of the role's; null is all of them. */
  readonly scopes: readonly Verb[] | null;
  readonly world: World;
  readonly expiresAtMs: number | null;
  readonly revokedAtMs: number | null;
  readonly requestsPerMinute: number | null;
}
/** `records` is Postgres; `mirror` is Redis in front of it. */
export interface KeySource {
  find(digest: string, budgetMs: number): Answer<ApiKeyRecord | null>;
}
export interface KeyMirror extends KeySource {
  put(record: ApiKeyRecord, budgetMs: number): Answer<void>;
}

export interface KeyStore {
  /** Newest first. */
  list(budgetMs: number): Answer<readonly ManagedKey[]>;
  byId(id: string, budgetMs: number): Answer<ManagedKey | null>;
  creating(key: ManagedKey): StaffChange;
  /** Ends a key of this version at `expiresAtMs` and adds its successor. */
  rotating(key: Pick<ManagedKey, "id" | "version">, successor: ManagedKey, expiresAtMs: number): StaffChange;
  revoking(key: Pick<ManagedKey, "id" | "version">, atMs: number): StaffChange;
}
export interface UserStore {
  /** By name. */
  list(budgetMs: number): Answer<readonly UserRecord[]>;
  byId(id: string, budgetMs: number): Answer<UserRecord | null>;
  creating(user: UserRecord, passwordHash: string): StaffChange;
  /** Saves a user over the version before it; with a new password hash, or disabled, the sessions end too. */
  changing(user: UserRecord, passwordHash: string | null, nowMs: number): StaffChange;
  /** A user's own new password: ends all sessions but one, and forgets the devices of the others. */
  settingPassword(user: UserVersion, passwordHash: string, keptSession: string, nowMs: number): StaffChange;
  /** Keeps the sealed secret of a second factor until a code confirms it. */
  startingSecondFactor(user: UserVersion, sealed: string): StaffChange;
  confirmingSecondFactor(user: UserVersion, step: number, recoveryDigests: readonly string[], nowMs: number): StaffChange;
  /** Takes the second factor away, if `proof` is still good; null, when another person does it. */
  removingSecondFactor(user: UserVersion, proof: CodeProof | null, sessions: "keep" | "end", nowMs: number): StaffChange;
  /** Ends one session of a user and forgets its device. */
  endingSession(userId: string, sessionId: string, nowMs: number): StaffChange;
}
/** The version of a user that a change is made from. */
export type UserVersion = Pick<UserRecord, "id" | "version">;

/** What is needed to sign a user in. */
export interface SignIn {
  readonly id: string;
  readonly username: string;
  readonly role: StaffRole;
  readonly passwordHash: string;
  readonly version: number;
  readonly disabledAtMs: number | null;
  /** Null without one; before a code confirmed it nothing is asked for. */
  readonly secondFactor: { readonly sealed: string; readonly lastStep: number | null; readonly isConfirmed: boolean } | null;
  readonly recoveryCodesLeft: number;
  /** Whether the device that was asked about is this user's and was not revoked. */
  readonly knowsDevice: boolean;
}
/** What a code of a second factor proved: the step it is of, or the digest of a recovery code. Each is used up by the session it opens. */
export type CodeProof = { readonly kind: "totp"; readonly step: number } | { readonly kind: "recovery"; readonly digest: string };
export interface NewSession {
  readonly id: string;
  readonly userId: string;
  /** The hash that was compared: a password changed meanwhile opens nothing. */
  readonly passwordHash: string;
  readonly refreshDigest: string;
  /** Null when the user has no second factor: one that was made meanwhile opens nothing. */
  readonly proof: CodeProof | null;
  readonly deviceId: string;
  readonly nowMs: number;
}
export interface Rotation {
  readonly digest: string;
  readonly nextDigest: string;
  readonly nowMs: number;
}
export interface RotatedSession {
  readonly verdict: RefreshVerdict;
  /** Null for a token that is not known. */
  readonly session: {
    readonly id: string;
    readonly userId: string;
    readonly username: string;
    readonly role: StaffRole;
    readonly hasSecondFactor: boolean;
  } | null;
}
export interface OwnSession {
  readonly id: string;
  readonly createdAtMs: number;
  /** When it was last refreshed. */
  readonly usedAtMs: number;
  readonly expiresAtMs: number;
}

/** Users, sessions and refresh tokens: Postgres. Past the budget: nobody signs in or refreshes. */
export interface SessionStore {
  findSignIn(username: string, deviceId: string | null, budgetMs: number): Answer<SignIn | null>;
  findUser(userId: string, budgetMs: number): Answer<SignIn | null>;
  /** False when the user was disabled, got another password or second factor meanwhile, or the code was used. */
  open(session: NewSession, budgetMs: number): Answer<boolean>;
  /** Judges a refresh token and replaces it, in one statement; reuse ends its session. */
  rotate(rotation: Rotation, budgetMs: number): Answer<RotatedSession>;
  /** Ends the session of a refresh token, or by its id; gives the session's id. */
  end(by: { readonly refreshDigest: string } | { readonly sessionId: string }, nowMs: number, budgetMs: number): Answer<string | null>;
  listOwn(userId: string, nowMs: number, budgetMs: number): Answer<readonly OwnSession[]>;
}
