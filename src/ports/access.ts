import type { World } from "../core/access/api-key.ts";
import type { ManagedKey } from "../core/access/managed-key.ts";
import type { Role, Verb } from "../core/access/permission.ts";
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
}
