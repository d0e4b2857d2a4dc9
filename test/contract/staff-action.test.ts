import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import * as z from "zod";
import { ask } from "../../src/adapters/postgres/database.ts";
import { prepareChange } from "../../src/adapters/postgres/staff-change.ts";
import { createStaffWrites } from "../../src/adapters/postgres/staff-writes.ts";
import { type StaffDeps, staffAction, type Versioned } from "../../src/backoffice/staff-action.ts";
import type { StaffContext } from "../../src/backoffice/staff-context.ts";
import { PERMISSIONS } from "../../src/core/access/permission.ts";
import { err, ok, type Result } from "../../src/core/result.ts";
import type { Answer, SourceFault } from "../../src/ports/answer.ts";
import type { StaffChange } from "../../src/ports/staff-writes.ts";
import { anAuditEntry, testSealer } from "../support/builders/audit.ts";
import { createTestDatabase, expectValue, type TestDatabase } from "../support/records/test-database.ts";

const BUDGET_MS = 10_000;
let db: TestDatabase;
let deps: StaffDeps;
beforeAll(async () => {
  db = await createTestDatabase();
  await db.rows("create table notes (id text primary key, title text not null unique, tally integer not null, version integer not null)");
  await db.rows("create table note_deliveries (note_id text not null, version integer not null)");
  deps = { writes: createStaffWrites(db.database, testSealer()), newId: randomUUID };
});
afterAll(() => db.close());
beforeEach(() => db.rows("truncate notes, note_deliveries"));

const readNote = (id: string): Answer<Versioned | null> =>
  ask(db.database, BUDGET_MS, async (session) => {
    const { rows } = await session.execute<{ title: string; tally: number; version: number }>(sql`select * from notes where id = ${id}`);
    const [row] = rows;
    return row === undefined ? null : { version: row.version, state: { title: row.title, tally: row.tally } };
  }) as Promise<Result<Versioned | null, SourceFault>>;

const editNote = staffAction({
  verb: "rules.publish",
  action: "note.edit",
  input: z.strictObject({ id: z.string(), title: z.string().min(1), tally: z.int(), version: z.int().optional() }),
  plan: async (_: StaffDeps, { id, version, ...after }) => {
    const found = await readNote(id);
    if (!found.ok) return err({ kind: "unavailable" as const, part: found.error.source });
    const current = found.value;
    if (current === null) return err({ kind: "not_found" as const, detail: `no note \`${id}\`` });
    return ok({
      change: prepareChange((when) => [
        sql`update notes set title = ${after.title}, tally = ${after.tally}, version = version + 1
          where id = ${id} and version = ${current.version} returning version`,
        sql`insert into note_deliveries (note_id, version) select ${id}, ${current.version}::integer + 1 where ${when}`,
      ]),
      target: { kind: "note", id, isPersonal: false },
      current,
      expected: version,
      after,
      reread: () => readNote(id),
      output: { version: current.version + 1 },
    });
  },
});

const as = (name: string, changes: Partial<StaffContext> = {}): StaffContext => ({
  actor: { id: `user_${name}`, name },
  role: "admin",
  world: "live",
  address: "192.0.2.1",
  requestId: `req-${name}`,
  nowMs: Date.parse("2026-11-20T12:00:00Z"),
  ifVersion: null,
  scopes: null,
  permissions: PERMISSIONS,
  ...changes,
});
const addNote = (id: string, title = id) => db.rows("insert into notes values ($1, $2, 0, 1)", [id, title]);
const trail = (target: string) =>
  db.rows("select seq, actor, action, details, success from audit_log where target = $1 order by seq", [target]);

test("a change, what follows from it and its audit row are written together", async () => {
  await addNote("a");
  expect(await editNote(deps, as("ann"), { id: "a", title: "new", tally: 1 })).toEqual(ok({ version: 2 }));
  expect(await db.rows("select * from notes")).toEqual([{ id: "a", title: "new", tally: 1, version: 2 }]);
  expect(await db.rows("select * from note_deliveries")).toEqual([{ note_id: "a", version: 2 }]);
  const [row, ...rest] = await trail("note:a");
  expect(rest).toEqual([]);
  expect(row).toMatchObject({ actor: "user_ann", action: "note.edit", success: true });
  expect(JSON.parse(String(row?.details))).toEqual({ before: { title: "a", tally: 0 }, after: { title: "new", tally: 1 } });
});

test("without the role, or with a key that lacks the scope, nothing is read or written", async () => {
  await addNote("b");
  const input = { id: "b", title: "x", tally: 1 };
  expect(await editNote(deps, as("rob", { role: "readonly" }), input)).toMatchObject({ ok: false, error: { kind: "not_allowed" } });
  expect(await editNote(deps, as("kay", { scopes: ["stats.read"] }), input)).toMatchObject({ ok: false, error: { kind: "not_allowed" } });
  expect(await db.rows("select version from notes")).toEqual([{ version: 1 }]);
});

test("an input that does not fit is named by path", async () => {
  const refused = await editNote(deps, as("ann"), { id: "a", title: "", tally: 0.5 });
  expect(refused).toMatchObject({ ok: false, error: { kind: "invalid", faults: [{ path: "title" }, { path: "tally" }] } });
});

test("who edits an older version is told the state, who made it, when, and where it differs", async () => {
  await addNote("c");
  expectValue(await editNote(deps, as("ann"), { id: "c", title: "hers", tally: 1, version: 1 }));
  for (const [context, version] of [
    [as("bob"), 1],
    [as("bob", { ifVersion: 1 }), undefined],
  ] as const) {
    const input = { id: "c", title: "his", tally: 1, ...(version === undefined ? {} : { version }) };
    expect(await editNote(deps, context, input)).toEqual(
      err({
        kind: "conflict",
        current: { version: 2, state: { title: "hers", tally: 1 } },
        changed: { actor: "user_ann", name: "ann", action: "note.edit", atMs: Date.parse("2026-11-20T12:00:00Z") },
        difference: [{ field: "title", yours: "his", current: "hers" }],
      }),
    );
  }
  expect(await trail("note:c")).toHaveLength(1);
});

test("what another store prepared happens with the change or not at all; a change nobody here prepared is a bug", async () => {
  await addNote("g");
  const audit = anAuditEntry({ target: { kind: "note", id: "g", isPersonal: false } });
  const bump = (version: number) =>
    prepareChange(() => [sql`update notes set version = version + 1 where id = 'g' and version = ${version} returning id`]);
  const deliver = prepareChange((when) => [sql`insert into note_deliveries (note_id, version) select 'g', 2 where ${when}`]);
  expect(expectValue(await deps.writes.commit({ change: bump(7), also: [deliver], audit }, BUDGET_MS))).toBe("stale");
  expect(await db.rows("select * from note_deliveries")).toEqual([]);
  expect(expectValue(await deps.writes.commit({ change: bump(1), also: [deliver], audit }, BUDGET_MS))).toBe("made");
  expect(await db.rows("select * from note_deliveries")).toEqual([{ note_id: "g", version: 2 }]);
  const foreign = {} as StaffChange;
  expect(await deps.writes.commit({ change: foreign, also: [], audit }, BUDGET_MS)).toMatchObject({
    ok: false,
    error: { reason: "invalid" },
  });
});

test("a name in use is refused, and neither the change nor its audit row is there", async () => {
  await addNote("d", "one");
  await addNote("e", "two");
  expect(await editNote(deps, as("ann"), { id: "e", title: "one", tally: 0 })).toMatchObject({ ok: false, error: { kind: "taken" } });
  expect(await trail("note:e")).toEqual([]);
  expect(await db.rows("select * from note_deliveries")).toEqual([]);
});

test("with Postgres away a staff action is refused as unavailable", async () => {
  await addNote("f");
  db.gateways.neon.faults.set([{ kind: "status", status: 503, match: "append_audit" }]);
  try {
    const refused = await editNote(deps, as("ann"), { id: "f", title: "x", tally: 0 });
    expect(refused).toMatchObject({ ok: false, error: { kind: "unavailable", part: "postgres" } });
  } finally {
    db.gateways.neon.faults.set([]);
  }
  expect(await trail("note:f")).toEqual([]);
});

test("of two editors racing on one record one wins, a thousand times, and no update is lost", { timeout: 240_000 }, async () => {
  const RACES = 1_000;
  const LANES = 5;
  const before = (await db.rows("select count(*) as n from audit_log"))[0]?.n;
  const lanes = Array.from({ length: LANES }, async (_, lane) => {
    const id = `race-${lane}`;
    await addNote(id);
    for (let race = 0; race < RACES / LANES; race++) {
      const version = race + 1;
      const edit = (name: string) => editNote(deps, as(name), { id, title: `${id} ${name} ${race}`, tally: race + 1, version });
      const results = await Promise.all([edit("ann"), edit("bob")]);
      const winners = results.filter((result) => result.ok);
      expect(winners, JSON.stringify(results)).toHaveLength(1);
      const loser = results.find((result) => !result.ok);
      const winner = results[0]?.ok ? "ann" : "bob";
      expect(loser).toMatchObject({ error: { kind: "conflict", current: { version: version + 1 }, changed: { name: winner } } });
      expect(expectValue(await readNote(id))?.state).toEqual({ title: `${id} ${winner} ${race}`, tally: race + 1 });
    }
  });
  await Promise.all(lanes);
  expect(await db.rows("select distinct version, tally from notes")).toEqual([{ version: 1 + RACES / LANES, tally: RACES / LANES }]);
  const after = (await db.rows("select count(*) as n from audit_log"))[0]?.n;
  expect(Number(after) - Number(before)).toBe(RACES);
});
