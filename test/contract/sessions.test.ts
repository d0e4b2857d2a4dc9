import { afterAll, beforeAll, expect, test } from "vitest";
import { createSessionStore } from "../../src/adapters/postgres/sessions.ts";
import { NOON } from "../support/records/record-builder.ts";
import { createTestDatabase, expectValue, type TestDatabase } from "../support/records/test-database.ts";

const BUDGET_MS = 10_000;
const SECOND = 1_000;
const DAY = 86_400_000;
let db: TestDatabase;
let store: ReturnType<typeof createSessionStore>;
beforeAll(async () => {
  db = await createTestDatabase();
  store = createSessionStore(db.database);
});
afterAll(() => db.close());

/** Without a second factor, from one device. */
const PLAIN = { proof: null, deviceId: "device" } as const;
let made = 0;
/** A user of their own with an open session, whose first refresh token has the digest that is given back. */
async function signedIn(): Promise<{ readonly user: string; readonly sid: string; readonly first: string }> {
  made += 1;
  const [user, sid, first] = [`u${made}`, `s${made}`, `first${made}`];
  await db.rows(
    "insert into users (id, username, role, password_hash, created_at, created_by) values ($1, $1, 'analyst', 'hash', now(), 'test')",
    [user],
  );
  expect(
    expectValue(await store.open({ id: sid, userId: user, passwordHash: "hash", refreshDigest: first, ...PLAIN, nowMs: NOON }, BUDGET_MS)),
  ).toBe(true);
  return { user, sid, first };
}
const rotate = async (digest: string, nextDigest: string, nowMs: number) =>
  expectValue(await store.rotate({ digest, nextDigest, nowMs }, BUDGET_MS));

test("each refresh token gives the next, in the role the user has by then", async () => {
  const { user, sid, first } = await signedIn();
  expect(await rotate(first, `${first}b`, NOON + SECOND)).toEqual({
    verdict: "rotated",
    session: { id: sid, userId: user, username: user, role: "analyst", hasSecondFactor: false },
  });
  await db.rows("update users set role = 'admin' where id = $1", [user]);
  expect(await rotate(`${first}b`, `${first}c`, NOON + DAY)).toMatchObject({ verdict: "rotated", session: { role: "admin" } });
});

test("a used token works for ten seconds more, for a second tab, and both successors live on", async () => {
  const { first } = await signedIn();
  expect((await rotate(first, `${first}-tab1`, NOON)).verdict).toBe("rotated");
  expect((await rotate(first, `${first}-tab2`, NOON + 9_999)).verdict).toBe("rotated");
  for (const tab of ["tab1", "tab2"]) expect((await rotate(`${first}-${tab}`, `${first}-${tab}+`, NOON + DAY)).verdict).toBe("rotated");
});

test("a token replayed after the grace ends its session: no token of the family works again", async () => {
  const { first, sid } = await signedIn();
  await rotate(first, `${first}b`, NOON);
  await rotate(`${first}b`, `${first}c`, NOON + SECOND);
  expect(await rotate(first, "stolen", NOON + 10_000)).toMatchObject({ verdict: "reused", session: { id: sid } });
  for (const digest of [first, `${first}b`, `${first}c`]) expect((await rotate(digest, "next", NOON + 11_000)).verdict).toBe("revoked");
  expect((await rotate("stolen", "next", NOON + 11_000)).verdict).toBe("unknown");
  expect(await db.rows("select revoked_for from sessions where id = $1", [sid])).toEqual([{ revoked_for: "reuse" }]);
});

test("of twenty simultaneous uses all are tabs, and the grace runs from the first", async () => {
  const { first } = await signedIn();
  const uses = await Promise.all(Array.from({ length: 20 }, (_, i) => rotate(first, `${first}-${i}`, NOON + i)));
  expect(new Set(uses.map(({ verdict }) => verdict))).toEqual(new Set(["rotated"]));
  expect((await rotate(first, "late", NOON + 10_020)).verdict).toBe("reused");
});

test("a token that rests for a week is dead, and a session for a month, however often it is refreshed", async () => {
  const idle = await signedIn();
  expect((await rotate(idle.first, "x", NOON + 7 * DAY)).verdict).toBe("expired");
  const busy = await signedIn();
  let token = busy.first;
  for (let day = 6; day < 30; day += 6) {
    expect((await rotate(token, `${busy.first}-${day}`, NOON + day * DAY)).verdict).toBe("rotated");
    token = `${busy.first}-${day}`;
  }
  expect((await rotate(token, "x", NOON + 30 * DAY)).verdict).toBe("expired");
});

test("a session is ended by its token or its id, once", async () => {
  const a = await signedIn();
  expect(expectValue(await store.end({ refreshDigest: a.first }, NOON, BUDGET_MS))).toBe(a.sid);
  expect((await rotate(a.first, "x", NOON)).verdict).toBe("revoked");
  const b = await signedIn();
  expect(expectValue(await store.end({ sessionId: b.sid }, NOON, BUDGET_MS))).toBe(b.sid);
  expect((await rotate(b.first, "x", NOON)).verdict).toBe("revoked");
  expect(expectValue(await store.end({ refreshDigest: "nobody's" }, NOON, BUDGET_MS))).toBeNull();
});

test("nobody signs in with a password that was changed meanwhile, or disabled", async () => {
  const { user } = await signedIn();
  const open = async (passwordHash: string, id: string) =>
    expectValue(await store.open({ id, userId: user, passwordHash, refreshDigest: `d-${id}`, ...PLAIN, nowMs: NOON }, BUDGET_MS));
  expect(await open("older hash", "never1")).toBe(false);
  await db.rows("update users set disabled_at = now() where id = $1", [user]);
  expect(await open("hash", "never2")).toBe(false);
});

test("signing in drops the user's ended sessions", async () => {
  const { user, sid } = await signedIn();
  const later = { id: `${sid}-later`, userId: user, passwordHash: "hash", refreshDigest: `${sid}-later`, ...PLAIN, nowMs: NOON + 31 * DAY };
  expect(expectValue(await store.open(later, BUDGET_MS))).toBe(true);
  expect(await db.rows("select id from sessions where user_id = $1", [user])).toEqual([{ id: `${sid}-later` }]);
});
