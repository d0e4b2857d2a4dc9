/** Who may do what. By default admin ⊃ analyst ⊃ reviewer ⊃ readonly; api_user stands beside them. */
export const ROLES = ["admin", "analyst", "reviewer", "readonly", "api_user"] as const;
export type Role = (typeof ROLES)[number];

/** Roles of people; `api_user` is a program's. */
export const STAFF_ROLES = ["admin", "analyst", "reviewer", "readonly"] as const satisfies readonly Role[];
export type StaffRole = (typeof STAFF_ROLES)[number];

const ADMIN = ["admin"] as const;
const ANALYST = ["admin", "analyst"] as const;
const REVIEWER = ["admin", "analyst", "reviewer"] as const;
const STAFF = STAFF_ROLES;
const PROGRAM = ["admin", "api_user"] as const;

/** The one table of verb × role. Every route names a verb; a role that is not in its row is refused. `ROLE_VERBS` changes rows for a deployment. */
const TABLE = {
  decide: [...ANALYST, "api_user"],
  "decide.dry-run": ANALYST,
  "events.append": PROGRAM,
  "decisions.read": [...STAFF, "api_user"],
  "decisions.label": [...REVIEWER, "api_user"],
  "profiles.write": PROGRAM,
  "features.write": PROGRAM,
  "stats.read": STAFF,
  "rules.read": STAFF,
  "rules.check": ANALYST,
  "rules.edit": ANALYST,
  "rules.publish": ANALYST,
  "rules.approve": ANALYST,
  "models.publish": ANALYST,
  "alerts.read": STAFF,
  "alerts.handle": REVIEWER,
  "lists.read": STAFF,
  "lists.edit": ANALYST,
  "lists.import": ANALYST,
  "addresses.read": [...STAFF, "api_user"],
  "addresses.search": STAFF,
  "reports.read": STAFF,
  "reports.handle": REVIEWER,
  "reports.bulk": REVIEWER,
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
  /** Who am I. No scope leaves it out. */
  "self.read": [...STAFF, "api_user"],
  /** One's own password, sessions and second factor. */
  "self.manage": STAFF,
} as const satisfies Record<string, readonly Role[]>;

/** Every verb the surface knows. */
export type Verb = keyof typeof TABLE;
export const VERBS = Object.keys(TABLE) as readonly Verb[];

/** The verbs of each role in a deployment; deny by default. */
export type Permissions = Readonly<Record<Role, ReadonlySet<Verb>>>;

const rowsOf = (role: Role): Set<Verb> => new Set(VERBS.filter((verb) => (TABLE[verb] as readonly Role[]).includes(role)));

/** The table as it stands without `ROLE_VERBS`. */
export const PERMISSIONS: Permissions = {
  admin: rowsOf("admin"),
  analyst: rowsOf("analyst"),
  reviewer: rowsOf("reviewer"),
  readonly: rowsOf("readonly"),
  api_user: rowsOf("api_user"),
};

/** Verbs whose routes only read: all that `readonly` can be given, since it only sends GET. */
export const READING_VERBS: ReadonlySet<Verb> = new Set(VERBS.filter((verb) => /\.(?:read|search|export)$/.test(verb)));

/** Staff see shadow rules and may run dry; callers do not. */
export function isStaff(role: Role): boolean {
  return role !== "api_user";
}
