import { closest } from "fastest-levenshtein";
import * as z from "zod";
import { PERMISSIONS, type Permissions, READING_VERBS, ROLES, type Role, VERBS, type Verb } from "./permission.ts";

/** Without these nobody could give a right back. */
const ADMIN_KEEPS: readonly Verb[] = ["users.read", "users.manage", "keys.read", "keys.manage", "self.read", "self.manage"];
const Changes = z.record(z.string(), z.array(z.string()));
const FORM = '`{"analyst": ["-rules.publish"], "reviewer": ["+lists.edit"]}`';

/**
 * The table of permissions with a deployment's changes, from JSON such as `{"analyst": ["-rules.publish"], "reviewer": ["+lists.edit"]}`:
 * by role, the verbs that it gets (`+`) and loses (`-`). Gives what is wrong with the text as sentences.
 */
export function readRoleVerbs(text: string): { readonly permissions: Permissions } | { readonly faults: readonly string[] } {
  const changes = parse(text);
  if (changes === null) return { faults: [`must be JSON such as ${FORM}`] };
  const faults: string[] = [];
  const permissions: Record<Role, Set<Verb>> = {
    admin: new Set(PERMISSIONS.admin),
    analyst: new Set(PERMISSIONS.analyst),
    reviewer: new Set(PERMISSIONS.reviewer),
    readonly: new Set(PERMISSIONS.readonly),
    api_user: new Set(PERMISSIONS.api_user),
  };
  for (const [name, entries] of Object.entries(changes)) {
    const role = ROLES.find((known) => known === name);
    if (role === undefined) {
      faults.push(`unknown role \`${name}\`; roles are ${ROLES.join(", ")}`);
      continue;
    }
    const named = new Set<Verb>();
    for (const entry of entries) {
      const fault = apply(permissions, role, entry, named);
      if (fault !== null) faults.push(fault);
    }
  }
  return faults.length === 0 ? { permissions } : { faults };
}

function apply(permissions: Record<Role, Set<Verb>>, role: Role, entry: string, named: Set<Verb>): string | null {
  const [sign, name] = [entry.charAt(0), entry.slice(1)];
  if (sign !== "+" && sign !== "-") return `\`${role}\`: \`${entry}\` must begin with + or -`;
  const verb = VERBS.find((known) => known === name);
  if (verb === undefined) return `\`${role}\`: unknown verb \`${name}\`; did you mean \`${closest(name, [...VERBS])}\`?`;
  if (named.has(verb)) return `\`${role}\`: \`${verb}\` is named twice`;
  named.add(verb);
  if (sign === "-") {
    if (role === "admin" && ADMIN_KEEPS.includes(verb)) return `\`admin\` keeps \`${verb}\`: without it nobody could give rights back`;
    permissions[role].delete(verb);
    return null;
  }
  if (role === "readonly" && !READING_VERBS.has(verb)) return `\`readonly\` only reads: it cannot be given \`${verb}\``;
  if (role === "api_user" && verb === "self.manage") return "`api_user` has no password or sessions: it cannot be given `self.manage`";
  permissions[role].add(verb);
  return null;
}

function parse(text: string): z.infer<typeof Changes> | null {
  try {
    const parsed = Changes.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
