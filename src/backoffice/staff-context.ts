import type { World } from "../core/access/api-key.ts";
import type { Verb } from "../core/access/permission.ts";
import { mayDo, type Role } from "../core/access/permission.ts";

/** Who acts, as what, from where and when: made by http from the caller, by a command-line tool from its operator. */
export interface StaffContext {
  /** A user's or key's id and name; `cli` for a tool. */
  readonly actor: { readonly id: string; readonly name: string | null };
  readonly role: Role;
  readonly world: World;
  /** Null when it is not known, as in a tool. */
  readonly address: string | null;
  readonly requestId: string;
  readonly nowMs: number;
  /** The version in `If-Match`; null when the caller sent none. */
  readonly ifVersion: number | null;
  /** Verbs of a key that has fewer than its role; null has all of them. */
  readonly scopes: readonly Verb[] | null;
}

/** Whether this actor may do a verb: the role's table, narrowed by the key's scopes. */
export function contextMay(context: StaffContext, verb: Verb): boolean {
  return mayDo(context.role, verb) && (context.scopes === null || context.scopes.includes(verb));
}
