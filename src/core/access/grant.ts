import type { Permissions, Role, Verb } from "./permission.ts";

/** What a credential allows: its role, narrowed to scopes; null scopes are all verbs of the role. */
export interface Grant {
  readonly role: Role;
  readonly scopes: readonly Verb[] | null;
}
export type GrantRefusal = "role" | "scope" | "method";

/** Verbs about oneself: they give no right over anything else, so no credential has to hold them to hand them out. */
const OWN: ReadonlySet<Verb> = new Set(["self.read", "self.manage"]);

/** Whether a grant includes a verb. Every credential of a role that has `self.read` may ask who it is, whatever its scopes. */
export function includesVerb(permissions: Permissions, { role, scopes }: Grant, verb: Verb): boolean {
  return permissions[role].has(verb) && (scopes === null || verb === "self.read" || scopes.includes(verb));
}

/** Why a grant does not allow a verb under an HTTP method, or null when it does. `readonly` may only GET, but for what is its own. */
export function refusalOf(permissions: Permissions, grant: Grant, verb: Verb, method: string): GrantRefusal | null {
  if (!permissions[grant.role].has(verb)) return "role";
  if (!includesVerb(permissions, grant, verb)) return "scope";
  return grant.role === "readonly" && method !== "GET" && method !== "HEAD" && !OWN.has(verb) ? "method" : null;
}

/** The scopes that a role does not have: a key is never given more than its role. */
export function scopesBeyond(permissions: Permissions, role: Role, scopes: readonly Verb[]): readonly Verb[] {
  return scopes.filter((verb) => !permissions[role].has(verb));
}

/**
 * The verbs that keep `holder` from creating, rotating or changing a credential with the grant `other`, in the order of the table; none when it may.
 * A credential must hold every verb that the other one allows, and its role every verb of the other's role: a narrow scope can be lifted later.
 */
export function verbsBeyond(permissions: Permissions, holder: Grant, other: Grant): readonly Verb[] {
  const isBeyond = (verb: Verb): boolean => {
    if (OWN.has(verb)) return false;
    return includesVerb(permissions, other, verb) ? !includesVerb(permissions, holder, verb) : !permissions[holder.role].has(verb);
  };
  return [...permissions[other.role]].filter(isBeyond);
}
