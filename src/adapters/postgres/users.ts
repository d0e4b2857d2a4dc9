import { asc, eq, sql } from "drizzle-orm";
import { STAFF_ROLES } from "../../core/access/permission.ts";
import type { UserRecord } from "../../core/access/user.ts";
import type { UserStore } from "../../ports/access.ts";
import type { Answer } from "../../ports/answer.ts";
import type { StaffChange } from "../../ports/staff-writes.ts";
import { ask, type Database } from "./database.ts";
import { toInstant } from "./instants.ts";
import { users } from "./schema/access.ts";
import { prepareChange } from "./staff-change.ts";

const COLUMNS = {
  id: users.id,
  username: users.username,
  role: users.role,
  createdAt: users.createdAt,
  createdBy: users.createdBy,
  disabledAt: users.disabledAt,
  version: users.version,
};

/** Users as an admin manages them; password hashes go in and never come out. */
export function createUserStore(database: Database): UserStore {
  return {
    list: (budgetMs: number): Answer<readonly UserRecord[]> =>
      ask(database, budgetMs, async (session) => (await session.select(COLUMNS).from(users).orderBy(asc(users.username))).flatMap(toUser)),
    byId: (id: string, budgetMs: number): Answer<UserRecord | null> =>
      ask(database, budgetMs, async (session) => {
        const rows = await session.select(COLUMNS).from(users).where(eq(users.id, id)).limit(1);
        return rows.flatMap(toUser)[0] ?? null;
      }),
    creating: (user: UserRecord, passwordHash: string): StaffChange =>
      prepareChange(() => [
        sql`insert into users (id, username, role, password_hash, created_at, created_by, version)
          values (${user.id}, ${user.username}, ${user.role}, ${passwordHash}, ${toInstant(user.createdAtMs)}::timestamptz, ${user.createdBy}, 1)
          returning id`,
      ]),
    changing: (user: UserRecord, passwordHash: string | null, nowMs: number): StaffChange => {
      const disabledAt = user.disabledAtMs === null ? sql`null::timestamptz` : sql`${toInstant(user.disabledAtMs)}::timestamptz`;
      const change = sql`update users set role = ${user.role}, disabled_at = ${disabledAt}, password_hash = coalesce(${passwordHash}::text, password_hash),
        version = version + 1 where id = ${user.id} and version = ${user.version - 1} returning id`;
      if (passwordHash === null && user.disabledAtMs === null) return prepareChange(() => [change]);
      return prepareChange((when) => [
        change,
        sql`update sessions set revoked_at = ${toInstant(nowMs)}::timestamptz, revoked_for = 'user_changed'
          where user_id = ${user.id} and revoked_at is null and ${when}`,
      ]);
    },
  };
}

type Row = Omit<typeof users.$inferSelect, "passwordHash">;

/** None for a role this release does not know: it grants nothing. */
function toUser({ createdAt, disabledAt, role, ...row }: Row): UserRecord[] {
  const known = STAFF_ROLES.find((name) => name === role);
  return known === undefined
    ? []
    : [{ ...row, role: known, createdAtMs: createdAt.getTime(), disabledAtMs: disabledAt?.getTime() ?? null }];
}
