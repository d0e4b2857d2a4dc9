import { formatApiKey } from "../../core/access/api-key.ts";
import { describeKey, type ManagedKey } from "../../core/access/managed-key.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { ApiKeyRecord, KeyStore } from "../../ports/access.ts";
import type { Answer } from "../../ports/answer.ts";
import type { StaffDeps, StaffRefusal, Versioned } from "../staff-action.ts";
import type { StaffContext } from "../staff-context.ts";

export const KEY_BUDGET_MS = 5_000;

export interface KeyDeps extends StaffDeps {
  readonly keys: KeyStore;
  /** Keyed hash of a key, the only form in which it is stored. */
  readonly digest: (key: string) => Promise<string>;
  readonly randomBytes: (length: number) => Uint8Array;
  /** Makes a changed key known to every instance: they ask the mirror again within seconds. */
  readonly replaceMirrored: (record: ApiKeyRecord, budgetMs: number) => Answer<void>;
  /** Ends the access tokens that were given for a key. */
  readonly revokeTokens: (subject: string, atMs: number, budgetMs: number) => Answer<void>;
}
/** It is recorded, but the mirror did not take it: instances that know the key may go on with it. To be sent again. */
export interface KeyDelay {
  readonly kind: "delayed";
  readonly part: string;
}

/** A new key in clear, with what of it is stored. */
export async function makeKey(
  deps: KeyDeps,
  about: Pick<ManagedKey, "name" | "role" | "scopes" | "world" | "requestsPerMinute" | "createdBy" | "createdAtMs" | "expiresAtMs">,
): Promise<{ readonly clear: string; readonly key: ManagedKey }> {
  const clear = formatApiKey(about.world, deps.randomBytes(64));
  const shown = { prefix: clear.slice(0, 12), last4: clear.slice(-4) };
  const fresh = { revokedAtMs: null, rotatedTo: null, version: 1 };
  return { clear, key: { ...about, ...shown, ...fresh, id: deps.newId(), digest: await deps.digest(clear) } };
}

/** The key an action is about; one that is not there is refused, and to a test key one of the live world is not there. */
export async function findKey(deps: KeyDeps, id: string, context: StaffContext): Promise<Result<ManagedKey, StaffRefusal>> {
  const found = await deps.keys.byId(id, KEY_BUDGET_MS);
  if (!found.ok) return err({ kind: "unavailable", part: found.error.source });
  const isSeen = found.value !== null && (context.world === "live" || found.value.world === "test");
  return found.value !== null && isSeen ? ok(found.value) : err({ kind: "not_found", detail: `there is no key \`${id}\`` });
}

export const keyTarget = (id: string) => ({ kind: "api_key", id, isPersonal: false }) as const;

export const versionedKey = (key: ManagedKey): Versioned => ({ version: key.version, state: describeKey(key) });

export async function rereadKey(deps: KeyDeps, id: string): ReturnType<() => Answer<Versioned | null>> {
  const found = await deps.keys.byId(id, KEY_BUDGET_MS);
  return found.ok ? ok(found.value === null ? null : versionedKey(found.value)) : found;
}
