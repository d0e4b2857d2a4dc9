import { type SQL, sql } from "drizzle-orm";
import { STAFF_ROLES, type StaffRole } from "../../core/access/permission.ts";
import { type RefreshVerdict, SESSION_LIFE } from "../../core/access/session-life.ts";
import type { NewSession, OwnSession, SessionStore, SignIn } from "../../ports/access.ts";
import { ask, type Database } from "./database.ts";
import { epochMs, toInstant } from "./instants.ts";

type SignInRow = Omit<SignIn, "role" | "secondFactor"> & {
  role: string;
  sealed: string | null;
  lastStep: number | null;
  isConfirmed: boolean;
};
type RotationRow = { verdict: RefreshVerdict; id: string; userId: string; username: string; role: string; hasSecondFactor: boolean };

/** So many devices of one user are known; a script that signs in anew each time makes one each time. */
const MOST_DEVICES = 50;
const instant = (ms: number): SQL => sql`${toInstant(ms)}::timestamptz`;

/** Users' sessions and the refresh tokens that follow from each other in them. */
export function createSessionStore(database: Database): SessionStore {
  return {
    findSignIn: (username, deviceId, budgetMs) => findSignIn(database, sql`username = ${username}`, deviceId, budgetMs),
    findUser: (userId, budgetMs) => findSignIn(database, sql`id = ${userId}`, null, budgetMs),
    open: (session, budgetMs) => openSession(database, session, budgetMs),
    rotate: (rotation, budgetMs) => rotateRefreshToken(database, rotation, budgetMs),
    end: (by, nowMs, budgetMs) => endSession(database, by, nowMs, budgetMs),
    listOwn: (userId, nowMs, budgetMs) => listOwn(database, userId, nowMs, budgetMs),
  };
}

function findSignIn(database: Database, which: SQL, deviceId: string | null, budgetMs: number): ReturnType<SessionStore["findUser"]> {
  return ask(database, budgetMs, async (session) => {
    const { rows } = await session.execute<SignInRow>(sql`
      select id, username, role, password_hash as "passwordHash", version, ${epochMs(sql`disabled_at`)} as "disabledAtMs",
        second_factor as sealed, second_factor_step as "lastStep", second_factor_at is not null as "isConfirmed",
        exists (select from sign_in_devices d where d.id = ${deviceId} and d.user_id = users.id) as "knowsDevice",
        (select count(*)::integer from recovery_codes c where c.user_id = users.id and c.used_at is null) as "recoveryCodesLeft"
      from users where ${which}`);
    const row = rows[0];
    const role = row && toStaffRole(row.role);
    // A role this release does not know signs nobody in.
    if (row === undefined || role === undefined) return null;
    const { sealed, lastStep, isConfirmed, ...user } = row;
    return { ...user, role, secondFactor: sealed === null ? null : { sealed, lastStep, isConfirmed } };
  });
}

/**
 * Opens a session with its first refresh token and uses up the code it was opened with, in one statement; drops the user's ended sessions and oldest
 * devices. False when the user is disabled, has another password or second factor by now, or the code was used meanwhile.
 */
function openSession(
  database: Database,
  { id, userId, passwordHash, refreshDigest, proof, deviceId, nowMs }: NewSession,
  budgetMs: number,
): ReturnType<SessionStore["open"]> {
  const now = instant(nowMs);
  const isUser = sql`id = ${userId} and password_hash = ${passwordHash} and disabled_at is null`;
  const step = proof?.kind === "totp" ? proof.step : null;
  const recovery = proof?.kind === "recovery" ? proof.digest : null;
  const isProven =
    proof === null
      ? sql`second_factor_at is null`
      : sql`second_factor_at is not null and (${step}::integer is null or second_factor_step is null or second_factor_step < ${step}::integer)
          and (${recovery}::text is null or exists (select from used_code))`;
  return ask(database, budgetMs, async (session) => {
    const { rows } = await session.execute(sql`
      with used_code as (
        update recovery_codes set used_at = ${now} where digest = ${recovery}::text and user_id = ${userId} and used_at is null
          and exists (select from users where ${isUser}) returning digest
      ), signing_in as (
        update users set second_factor_step = greatest(second_factor_step, ${step}::integer) where ${isUser} and ${isProven} returning id
      ), dropped as (
        delete from sessions where user_id in (select id from signing_in) and expires_at < ${now}
      ), forgotten as (
        delete from sign_in_devices where user_id in (select id from signing_in) and id <> ${deviceId} and (expires_at < ${now} or id not in (
          select d.id from sign_in_devices d where d.user_id = ${userId} order by d.created_at desc limit ${MOST_DEVICES - 1}))
      ), known as (
        insert into sign_in_devices (id, user_id, created_at, expires_at)
        select ${deviceId}, id, ${now}, ${instant(nowMs + SESSION_LIFE.deviceMs)} from signing_in on conflict (id) do nothing
      ), opened as (
        insert into sessions (id, user_id, created_at, expires_at, device_id)
        select ${id}, id, ${now}, ${instant(nowMs + SESSION_LIFE.sessionMs)}, ${deviceId} from signing_in returning id
      )
      insert into refresh_tokens (digest, session_id, issued_at, expires_at)
      select ${refreshDigest}, id, ${now}, ${instant(nowMs + SESSION_LIFE.refreshMs)} from opened returning digest`);
    return rows.length === 1;
  });
}

/**
 * Judges a refresh token and acts on it, in one statement. The locks put simultaneous uses in a row: the first marks it used,
 * those that follow within the grace get successors of their own, one that comes later ends the session.
 */
function rotateRefreshToken(
  database: Database,
  { digest, nextDigest, nowMs }: Parameters<SessionStore["rotate"]>[0],
  budgetMs: number,
): ReturnType<SessionStore["rotate"]> {
  const now = instant(nowMs);
  const graceBegan = instant(nowMs - SESSION_LIFE.graceMs);
  return ask(database, budgetMs, async (session) => {
    const { rows } = await session.execute<RotationRow>(sql`
      with found as (
        select t.digest, t.used_at, least(t.expires_at, s.expires_at) as ends_at, s.expires_at as session_ends_at,
          s.id, s.revoked_at, u.id as user_id, u.username, u.role, u.disabled_at, u.second_factor_at
        from refresh_tokens t join sessions s on s.id = t.session_id join users u on u.id = s.user_id
        where t.digest = ${digest} for update of s, t
      ), judged as (
        select *, case
          when revoked_at is not null or disabled_at is not null then 'revoked'
          when used_at is not null and used_at <= ${graceBegan} then 'reused'
          when ends_at <= ${now} then 'expired'
          else 'rotated' end as verdict
        from found
      ), used as (
        update refresh_tokens set used_at = coalesce(used_at, ${now}) where digest = (select digest from judged where verdict = 'rotated')
      ), added as (
        insert into refresh_tokens (digest, session_id, issued_at, expires_at)
        select ${nextDigest}, id, ${now}, least(${instant(nowMs + SESSION_LIFE.refreshMs)}, session_ends_at)
        from judged where verdict = 'rotated' on conflict do nothing
      ), ended as (
        update sessions set revoked_at = ${now}, revoked_for = 'reuse' where id = (select id from judged where verdict = 'reused')
      )
      select verdict, id, user_id as "userId", username, role, second_factor_at is not null as "hasSecondFactor" from judged`);
    const row = rows[0];
    const role = row && toStaffRole(row.role);
    if (row === undefined || role === undefined) return { verdict: "unknown" as const, session: null };
    const { id, userId, username, hasSecondFactor } = row;
    return { verdict: row.verdict, session: { id, userId, username, role, hasSecondFactor } };
  });
}

/** Ends a session; again changes nothing. Gives its id, null when there is none. */
function endSession(
  database: Database,
  by: Parameters<SessionStore["end"]>[0],
  nowMs: number,
  budgetMs: number,
): ReturnType<SessionStore["end"]> {
  const which = "sessionId" in by ? sql`${by.sessionId}` : sql`(select session_id from refresh_tokens where digest = ${by.refreshDigest})`;
  return ask(database, budgetMs, async (session) => {
    const { rows } = await session.execute<{ id: string }>(sql`
      update sessions set revoked_at = coalesce(revoked_at, ${instant(nowMs)}), revoked_for = coalesce(revoked_for, 'logout')
      where id = ${which} returning id`);
    return rows[0]?.id ?? null;
  });
}

/** Sessions that may still be refreshed, newest first. */
function listOwn(database: Database, userId: string, nowMs: number, budgetMs: number): ReturnType<SessionStore["listOwn"]> {
  return ask(database, budgetMs, async (session) => {
    const { rows } = await session.execute<OwnSession & Record<string, unknown>>(sql`
      select s.id, ${epochMs(sql`s.created_at`)} as "createdAtMs", ${epochMs(sql`max(t.issued_at)`)} as "usedAtMs",
        ${epochMs(sql`least(s.expires_at, max(t.expires_at))`)} as "expiresAtMs"
      from sessions s join refresh_tokens t on t.session_id = s.id
      where s.user_id = ${userId} and s.revoked_at is null and s.expires_at > ${instant(nowMs)}
      group by s.id having max(t.expires_at) > ${instant(nowMs)} order by s.created_at desc, s.id`);
    return rows;
  });
}

const toStaffRole = (text: string): StaffRole | undefined => STAFF_ROLES.find((role) => role === text);
