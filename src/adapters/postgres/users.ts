import { asc, eq, type SQL, sql } from "drizzle-orm";
import { STAFF_ROLES } from "../../core/access/permission.ts";
import type { UserRecord } from "../../core/access/user.ts";
import type { CodeProof, UserStore, UserVersion } from "../../ports/access.ts";
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
  secondFactorAt: users.secondFactorAt,
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
        sql`delete from sign_in_devices where user_id = ${user.id} and ${when}`,
      ]);
    },
    settingPassword: (user, passwordHash, keptSession, nowMs) =>
      prepareChange((when) => [
        updating(user, sql`password_hash = ${passwordHash}`),
        sql`update sessions set revoked_at = ${toInstant(nowMs)}::timestamptz, revoked_for = 'user_changed'
          where user_id = ${user.id} and id <> ${keptSession} and revoked_at is null and ${when}`,
        sql`delete from sign_in_devices where user_id = ${user.id} and ${when}
          and id is distinct from (select s.device_id from sessions s where s.id = ${keptSession})`,
      ]),
    startingSecondFactor: (user, sealed) =>
      prepareChange(() => [updating(user, sql`second_factor = ${sealed}, second_factor_step = null`, sql`second_factor_at is null`)]),
    confirmingSecondFactor: (user, step, recoveryDigests, nowMs) =>
      prepareChange((when) => [
        updating(
          user,
          sql`second_factor_at = ${toInstant(nowMs)}::timestamptz, second_factor_step = ${step}::integer`,
          sql`second_factor_at is null`,
        ),
        sql`delete from recovery_codes where user_id = ${user.id} and ${when}`,
        sql`insert into recovery_codes (digest, user_id)
          select json_array_elements_text(${JSON.stringify(recoveryDigests)}::json), ${user.id} where ${when}`,
      ]),
    removingSecondFactor: (user, proof, sessions, nowMs) =>
      prepareChange((when) => [
        updating(user, sql`second_factor = null, second_factor_at = null, second_factor_step = null`, isUnused(user, proof)),
        sql`delete from recovery_codes where user_id = ${user.id} and ${when}`,
        ...(sessions === "keep"
          ? []
          : [
              sql`update sessions set revoked_at = ${toInstant(nowMs)}::timestamptz, revoked_for = 'user_changed'
                where user_id = ${user.id} and revoked_at is null and ${when}`,
              sql`delete from sign_in_devices where user_id = ${user.id} and ${when}`,
            ]),
      ]),
    endingSession: (userId, sessionId, nowMs) =>
      prepareChange((when) => [
        sql`update sessions set revoked_at = ${toInstant(nowMs)}::timestamptz, revoked_for = 'ended'
          where id = ${sessionId} and user_id = ${userId} and revoked_at is null returning id`,
        sql`delete from sign_in_devices where user_id = ${userId} and ${when}
          and id = (select s.device_id from sessions s where s.id = ${sessionId})`,
      ]),
  };
}

function isUnused({ id }: UserVersion, proof: CodeProof | null): SQL {
  if (proof === null) return sql`true`;
  if (proof.kind === "totp") return sql`(second_factor_step is null or second_factor_step < ${proof.step}::integer)`;
  return sql`exists (select from recovery_codes where digest = ${proof.digest} and user_id = ${id} and used_at is null)`;
}

function updating({ id, version }: UserVersion, what: SQL, only: SQL = sql`true`): SQL {
  return sql`update users set ${what}, version = version + 1 where id = ${id} and version = ${version} and ${only} returning id`;
}

type Row = Pick<
  typeof users.$inferSelect,
  "id" | "username" | "role" | "createdAt" | "createdBy" | "disabledAt" | "version" | "secondFactorAt"
>;

/** None for a role this release does not know: it grants nothing. */
function toUser({ createdAt, disabledAt, role, secondFactorAt, ...row }: Row): UserRecord[] {
  const known = STAFF_ROLES.find((name) => name === role);
  return known === undefined
    ? []
    : [
        {
          ...row,
          hasSecondFactor: secondFactorAt !== null,
          role: known,
          createdAtMs: createdAt.getTime(),
          disabledAtMs: disabledAt?.getTime() ?? null,
        },
      ];
}
