import type { World } from "../core/access/api-key.ts";
import { type Grant, includesVerb, verbsBeyond } from "../core/access/grant.ts";
import type { Permissions, Role, Verb } from "../core/access/permission.ts";

/** Who acts, as what, from where and when: made by http from the caller, by a command-line tool from its operator. */
export interface StaffContext {
  /** A user's or key's id and name; `cli` for a tool. */
  readonly actor: { readonly id: string; readonly name: string | null };
  readonly role: Role;
  readonly world: World;
  /** Null when it is not known, as in a tool. */
  readonly address: string | null;
  /** Where the platform places that address; absent where it is not known, as in a tool. */
  readonly place?: { readonly asn: number | null; readonly country: string | null };
  readonly requestId: string;
  readonly nowMs: number;
  /** The version in `If-Match`; null when the caller sent none. */
  readonly ifVersion: number | null;
  /** Verbs of a key that has fewer than its role; null has all of them. */
  readonly scopes: readonly Verb[] | null;
  /** What each role may do in this deployment. */
  readonly permissions: Permissions;
}

/** Whether this actor may do a verb: the role's table, narrowed by the key's scopes. */
export function contextMay(context: StaffContext, verb: Verb): boolean {
  return includesVerb(context.permissions, context, verb);
}

/** Refuses to create, rotate or change a credential that may do more than the actor's own; null when it may not. */
export function exceedsActor(context: StaffContext, others: readonly Grant[]): StaffExcess | null {
  const missing = [...new Set(others.flatMap((other) => verbsBeyond(context.permissions, context, other)))];
  return missing.length === 0 ? null : { kind: "exceeds", missing };
}

/** The same for verbs that something else hands out, such as what a webhook tells of. */
export function lacksVerbs(context: StaffContext, verbs: Iterable<Verb>): StaffExcess | null {
  const missing = [...new Set(verbs)].filter((verb) => !contextMay(context, verb));
  return missing.length === 0 ? null : { kind: "exceeds", missing };
}

/** A credential would hand out, or take over, what it may not do itself. */
export interface StaffExcess {
  readonly kind: "exceeds";
  /** Verbs that the actor lacks. */
  readonly missing: readonly Verb[];
}
