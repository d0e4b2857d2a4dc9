import type { World } from "./api-key.ts";
import type { Role, Verb } from "./permission.ts";

/** An API key as staff manage it: everything but the key. */
export interface ManagedKey {
  readonly id: string;
  readonly digest: string;
  readonly name: string;
  readonly role: Role;
  /** Verbs out of the role's; null is all of them. */
  readonly scopes: readonly Verb[] | null;
  readonly world: World;
  /** What its owner recognises it by. */
  readonly prefix: string;
  readonly last4: string;
  readonly requestsPerMinute: number | null;
  readonly createdAtMs: number;
  readonly createdBy: string;
  readonly expiresAtMs: number | null;
  readonly revokedAtMs: number | null;
  /** Id of the key that took its place. */
  readonly rotatedTo: string | null;
  /** Raised by every change; what optimistic locking compares. */
  readonly version: number;
}

/** A key as it is shown and audited: never its digest. */
export function describeKey(key: ManagedKey): Readonly<Record<string, unknown>> {
  const instant = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
  return {
    id: key.id,
    name: key.name,
    role: key.role,
    scopes: key.scopes,
    world: key.world,
    prefix: key.prefix,
    last4: key.last4,
    requests_per_minute: key.requestsPerMinute,
    created_at: instant(key.createdAtMs),
    created_by: key.createdBy,
    expires_at: instant(key.expiresAtMs),
    revoked_at: instant(key.revokedAtMs),
    rotated_to: key.rotatedTo,
    version: key.version,
  };
}
