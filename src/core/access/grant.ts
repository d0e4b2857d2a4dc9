import { mayDo, type Role, type Verb } from "./permission.ts";

/** What a credential allows: its role, narrowed to scopes; null scopes are all verbs of the role. */
export interface Grant {
  readonly role: Role;
  readonly scopes: readonly Verb[] | null;
}
export type GrantRefusal = "role" | "scope" | "method";

/** Why a grant does not allow a verb under an HTTP method, or null when it does. `readonly` may only GET, whatever the table says. */
export function refusalOf(grant: Grant, verb: Verb, method: string): GrantRefusal | null {
  if (!mayDo(grant.role, verb)) return "role";
  if (grant.scopes !== null && !grant.scopes.includes(verb)) return "scope";
  return grant.role === "readonly" && method !== "GET" && method !== "HEAD" ? "method" : null;
}

/** The scopes that a role does not have: a key is never given more than its role. */
export function scopesBeyond(role: Role, scopes: readonly Verb[]): readonly Verb[] {
  return scopes.filter((verb) => !mayDo(role, verb));
}
