import { sql } from "drizzle-orm";
import { STAFF_ROLES, type StaffRole } from "../../core/access/permission.ts";
import { type RefreshVerdict, SESSION_LIFE } from "../../core/access/session-life.ts";
import type { Result } from "../../core/result.ts";
import { ask, type Database } from "./database.ts";
import type { PostgresFault } from "./fault.ts";
import { epochMs, toInstant } from "./instants.ts";

type Asked<T> = Promise<Result<T, PostgresFault>>;
interface NewSession {
  readonly id: string;
  readonly userId: string;
  readonly passwordHash: string;
  readonly refreshDigest: string;
  readonly nowMs: number;
}
type SignInRow = { id: string; role: string; passwordHash: string; disabledAtMs: number | null };
type RotationRow = { verdict: RefreshVerdict; id: string; userId: string; username: string; role: string };

/** Users' sessions and the refresh tokens that follow from each other in them. */
export function createSessionStore(database: Database) {
  return {
    findSignIn: (username: string, budgetMs: number) => findSignIn(database, username, budgetMs),
    open: (session: NewSession, budgetMs: number) => openSession(database, session, budgetMs),
    rotate: (rotation: { readonly digest: string; readonly nextDigest: string; readonly nowMs: number }, budgetMs: number) =>
      rotateRefreshToken(database, rotation, budgetMs),
    end: (by: { readonly refreshDigest: string } | { readonly sessionId: string }, nowMs: number, budgetMs: number) =>
      endSession(database, by, nowMs, budgetMs),
  };
}

function findSignIn(database: Database, username: string, budgetMs: number) {
  return ask(database, budgetMs, async (session) => {
    const { rows } = await session.execute<SignInRow>(sql`
      select id, role, password_hash as "passwordHash", ${epochMs(sql`disabled_at`)} as "disabledAtMs" from users where username = ${username}`);
    const row = rows[0];
    const role = row && toStaffRole(row.role);
    // A role this release does not know signs nobody in.
    return row === undefined || role === undefined ? null : { ...row, role };
  });
}

/** Opens a session with its first refresh token, and drops the user's ended ones; false when the user is disabled or has another password by now. */
function openSession(database: Database, { id, userId, passwordHash, refreshDigest, nowMs }: NewSession, budgetMs: number): Asked<boolean> {
  const now = sql`${toInstant(nowMs)}::timestamptz`;
  return ask(database, budgetMs, async (session) => {
    const { rows } = await session.execute(sql`
      with signing_in as (
        select id from users where id = ${userId} and password_hash = ${passwordHash} and disabled_at is null for share
      ), dropped as (
        delete from sessions where user_id in (select id from signing_in) and expires_at < ${now}
      ), opened as (
        insert into sessions (id, user_id, created_at, expires_at)
        select ${id}, id, ${now}, ${toInstant(nowMs + SESSION_LIFE.sessionMs)}::timestamptz from signing_in returning id
      )
      insert into refresh_tokens (digest, session_id, issued_at, expires_at)
      select ${refreshDigest}, id, ${now}, ${toInstant(nowMs + SESSION_LIFE.refreshMs)}::timestamptz from opened returning digest`);
    return rows.length === 1;
  });
}

/**
 * Judges a refresh token and acts on it, in one statement. The locks put simultaneous uses in a row: the first marks it used,
 * those that follow within the grace get successors of their own, one that comes later ends the session.
 */
function rotateRefreshToken(
  database: Database,
  { digest, nextDigest, nowMs }: { readonly digest: string; readonly nextDigest: string; readonly nowMs: number },
  budgetMs: number,
) {
  const now = sql`${toInstant(nowMs)}::timestamptz`;
  const graceBegan = sql`${toInstant(nowMs - SESSION_LIFE.graceMs)}::timestamptz`;
  return ask(database, budgetMs, async (session) => {
    const { rows } = await session.execute<RotationRow>(sql`
      with found as (
        select t.digest, t.used_at, least(t.expires_at, s.expires_at) as ends_at, s.expires_at as session_ends_at,
          s.id, s.revoked_at, u.id as user_id, u.username, u.role, u.disabled_at
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
        select ${nextDigest}, id, ${now}, least(${toInstant(nowMs + SESSION_LIFE.refreshMs)}::timestamptz, session_ends_at)
        from judged where verdict = 'rotated' on conflict do nothing
      ), ended as (
        update sessions set revoked_at = ${now}, revoked_for = 'reuse' where id = (select id from judged where verdict = 'reused')
      )
      select verdict, id, user_id as "userId", username, role from judged`);
    const row = rows[0];
    const role = row && toStaffRole(row.role);
    if (row === undefined || role === undefined) return { verdict: "unknown" as const, session: null };
    const { id, userId, username } = row;
    return { verdict: row.verdict, session: { id, userId, username, role } };
  });
}

/** Ends a session; again changes nothing. Gives its id, null when there is none. */
function endSession(
  database: Database,
  by: { readonly refreshDigest: string } | { readonly sessionId: string },
  nowMs: number,
  budgetMs: number,
): Asked<string | null> {
  const which = "sessionId" in by ? sql`${by.sessionId}` : sql`(select session_id from refresh_tokens where digest = ${by.refreshDigest})`;
  return ask(database, budgetMs, async (session) => {
    const { rows } = await session.execute<{ id: string }>(sql`
      update sessions set revoked_at = coalesce(revoked_at, ${toInstant(nowMs)}::timestamptz), revoked_for = coalesce(revoked_for, 'logout')
      where id = ${which} returning id`);
    return rows[0]?.id ?? null;
  });
}

const toStaffRole = (text: string): StaffRole | undefined => STAFF_ROLES.find((role) => role === text);
