/** Who may do what. admin ⊃ analyst ⊃ readonly; api_user stands beside them. */
export const ROLES = ["admin", "analyst", "readonly", "api_user"] as const;
export type Role = (typeof ROLES)[number];

/** Roles of people; `api_user` is a program's. */
export const STAFF_ROLES = ["admin", "analyst", "readonly"] as const satisfies readonly Role[];
export type StaffRole = (typeof STAFF_ROLES)[number];

const ADMIN = ["admin"] as const;
const ANALYST = ["admin", "analyst"] as const;
const STAFF = ["admin", "analyst", "readonly"] as const;
const PROGRAM = ["admin", "api_user"] as const;

/** The one table of verb × role. Every route names a verb; a role that is not in its row is refused. */
const TABLE = {
  decide: [...ANALYST, "api_user"],
  "decide.dry-run": ANALYST,
  "events.append": PROGRAM,
  "decisions.read": [...STAFF, "api_user"],
  "decisions.label": [...ANALYST, "api_user"],
  "profiles.write": PROGRAM,
  "features.write": PROGRAM,
  "stats.read": STAFF,
  "rules.read": STAFF,
  "rules.check": ANALYST,
  "rules.edit": ANALYST,
  "rules.publish": ANALYST,
  "alerts.read": STAFF,
  "alerts.handle": ANALYST,
  "lists.read": STAFF,
  "lists.edit": ANALYST,
  "lists.import": ANALYST,
  "addresses.read": [...STAFF, "api_user"],
  "addresses.search": STAFF,
  "reports.read": STAFF,
  "reports.handle": ANALYST,
  "reports.bulk": ANALYST,
  "evidence.read": STAFF,
  "evidence.write": ANALYST,
  "evidence.export": ANALYST,
  "webhooks.read": ANALYST,
  "webhooks.manage": ADMIN,
  "clients.export": ADMIN,
  "clients.erase": ADMIN,
  "services.read": STAFF,
  "services.test": ANALYST,
  "services.manage": ADMIN,
  "audit.read": ADMIN,
  "database.read": STAFF,
  "keys.read": ADMIN,
  "keys.manage": ADMIN,
  "users.read": ADMIN,
  "users.manage": ADMIN,
} as const satisfies Record<string, readonly Role[]>;

/** Every verb the surface knows. */
export type Verb = keyof typeof TABLE;
export const VERBS = Object.keys(TABLE) as readonly Verb[];

const GRANTS: ReadonlyMap<string, ReadonlySet<string>> = new Map(Object.entries(TABLE).map(([verb, roles]) => [verb, new Set(roles)]));

/** Whether a role may do a verb; deny by default. */
export function mayDo(role: Role, verb: Verb): boolean {
  return GRANTS.get(verb)?.has(role) ?? false;
}

/** Staff see shadow rules and may run dry; callers do not. */
export function isStaff(role: Role): boolean {
  return role !== "api_user";
}
