import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createAuditLog } from "../../src/adapters/postgres/audit-log.ts";
import { createStaffWrites } from "../../src/adapters/postgres/staff-writes.ts";
import type { AuditEntry } from "../../src/core/audit/entry.ts";
import type { AuditLog, AuditQuery } from "../../src/ports/audit.ts";
import { runAudit } from "../../src/tools/audit/run-audit.ts";
import { anAuditEntry, testSealer } from "../support/builders/audit.ts";
import { createTestDatabase, expectValue, type TestDatabase } from "../support/records/test-database.ts";

const BUDGET_MS = 10_000;
let db: TestDatabase;
let log: AuditLog;
beforeAll(async () => {
  db = await createTestDatabase();
  log = createAuditLog(db.database, testSealer());
});
afterAll(() => db.close());
beforeEach(() =>
  db.rows("with a as (delete from audit_log), k as (delete from audit_keys) update audit_head set seq = 0, hash = repeat('0', 64)"),
);

const append = async (...entries: readonly AuditEntry[]) => expectValue(await log.append(entries, BUDGET_MS));
const find = async (query: Partial<AuditQuery> = {}) => {
  const all = { action: null, actor: null, target: null, success: null, fromMs: null, toMs: null, beforeSeq: null, limit: 100 };
  return expectValue(await log.find({ ...all, ...query }, BUDGET_MS));
};
async function verify(...args: string[]): Promise<{ code: number; said: string }> {
  const lines: string[] = [];
  const say = (line: string) => lines.push(line);
  const code = await runAudit(["verify", ...args], db.gateways.vars, { say, complain: say });
  return { code, said: lines.join("\n") };
}

test("what was appended is read back whole, newest first, and verifies", async () => {
  const client = { kind: "client", id: "c-1", isPersonal: true };
  const entry = anAuditEntry({ target: client, personal: { email: "ann@example.com" } });
  await append(anAuditEntry({ action: "first" }), entry);
  const [newest, oldest, ...rest] = await find();
  expect(rest).toEqual([]);
  expect(oldest).toMatchObject({ seq: 1, action: "first", target: "note:n1" });
  expect(newest).toMatchObject({
    seq: 2,
    atMs: entry.atMs,
    actor: { id: "key_ann", name: "Ann Archer", address: "192.0.2.7" },
    role: "admin",
    details: entry.details,
    personal: { email: "ann@example.com" },
    isErased: false,
    success: true,
    world: "live",
  });
  expect(await verify()).toEqual({ code: 0, said: expect.stringContaining("whole: 2 rows") });
});

test("any text verifies: what TypeScript hashes is what Postgres hashed", async () => {
  const text = fc.string({ unit: "binary", maxLength: 40 });
  const entries = fc.array(
    fc.record({
      action: text,
      actor: text,
      target: text,
      address: fc.option(text),
      detail: text,
      requestId: text,
      atMs: fc.integer({ min: 0, max: 4e12 }),
    }),
    { minLength: 1, maxLength: 20 },
  );
  await fc.assert(
    fc.asyncProperty(entries, async (many) => {
      await append(
        ...many.map(({ action, actor, target, address, detail, requestId, atMs }) =>
          anAuditEntry({
            action,
            actor: { id: actor, name: detail, role: null },
            target: { kind: "x", id: target, isPersonal: false },
            address,
            requestId,
            atMs,
            details: { detail },
          }),
        ),
      );
      expect((await verify()).code).toBe(0);
    }),
    { numRuns: 15 },
  );
});

test("an entry that is delivered again, in whatever batch, is there once", async () => {
  const entry = anAuditEntry();
  await append(entry, entry);
  await append(anAuditEntry(), entry);
  expect(await find()).toHaveLength(2);
  expect((await verify()).code).toBe(0);
});

test("batches appended at once make one chain", async () => {
  await Promise.all(Array.from({ length: 20 }, () => append(anAuditEntry(), anAuditEntry(), anAuditEntry())));
  expect(await db.rows("select count(*) as n, max(seq) as last from audit_log")).toEqual([{ n: 60, last: 60 }]);
  expect((await verify()).code).toBe(0);
});

test("filters combine, a person is found by the id in clear, and pages follow each other", async () => {
  const client = (id: string) => ({ target: { kind: "client", id, isPersonal: true } });
  await append(
    anAuditEntry({ action: "a.one", ...client("c-1") }),
    anAuditEntry({ action: "a.one", ...client("c-2"), success: false }),
    anAuditEntry({ action: "a.two", ...client("c-1"), atMs: 1_000, actor: { id: "u2", name: null, role: null } }),
  );
  const seqs = async (query: Partial<AuditQuery>) => (await find(query)).map(({ seq }) => seq);
  expect(await seqs({ target: "client:c-1" })).toEqual([3, 1]);
  expect(await seqs({ action: "a.one" })).toEqual([2, 1]);
  expect(await seqs({ action: "a.one", success: false })).toEqual([2]);
  expect(await seqs({ actor: "u2" })).toEqual([3]);
  expect(await seqs({ fromMs: 2_000 })).toEqual([2, 1]);
  expect(await seqs({ toMs: 1_000 })).toEqual([]);
  expect(await seqs({ toMs: 1_001, fromMs: -1e15 })).toEqual([3]);
  expect(await seqs({ limit: 2 })).toEqual([3, 2]);
  expect(await seqs({ limit: 2, beforeSeq: 2 })).toEqual([1]);
  expect(await seqs({ target: "no\0thing" })).toEqual([]);
});

describe("verification names the first row that is not as it was appended", () => {
  beforeEach(() => append(...Array.from({ length: 6 }, (_, i) => anAuditEntry({ action: `act.${i + 1}` }))));

  const COLUMNS = {
    occurred_at: "occurred_at + interval '1 second'",
    world: "'test'",
    actor: "'mallory'",
    role: "null",
    action: "'harmless'",
    target: "target || '2'",
    success: "not success",
    request_id: "request_id || ' '",
    details: "replace(details, 'old', 'odl')",
    sealed: "'[]'",
    id: "'another'",
  };
  test.each(Object.entries(COLUMNS))("when %s was changed by hand", async (column, value) => {
    await db.rows(`update audit_log set ${column} = ${value} where seq = 4`);
    const { code, said } = await verify();
    expect(said).toMatch(/^row 4 was changed/);
    expect(code).toBe(1);
  });

  test("when its hash was made to fit", async () => {
    await db.rows("update audit_log set actor = 'mallory', hash = repeat('a', 64) where seq = 4");
    expect(await verify()).toEqual({ code: 1, said: expect.stringMatching(/^row 4 was changed/) });
    await db.rows("update audit_log set previous = repeat('b', 64) where seq = 2");
    expect(await verify()).toEqual({ code: 1, said: expect.stringMatching(/^row 2 does not follow/) });
  });

  test("when a row in the middle was taken out", async () => {
    await db.rows("delete from audit_log where seq = 3");
    expect(await verify()).toEqual({ code: 1, said: expect.stringMatching(/^row 4 is there, but the rows before it are gone/) });
  });

  test("when the end was cut off", async () => {
    await db.rows("delete from audit_log where seq > 4");
    expect(await verify()).toEqual({ code: 1, said: expect.stringContaining("row 6 is not the one that the chain's head saw") });
  });

  test("when the end was cut off and the head put back: only an anchor shows it", async () => {
    const anchor = JSON.stringify(expectValue(await log.head(BUDGET_MS)));
    expect(await verify("--anchor", anchor)).toEqual({ code: 0, said: expect.stringContaining("1 anchor agrees") });
    const file = join(mkdtempSync(join(tmpdir(), "tollgate-anchors-")), "anchors.json");
    writeFileSync(file, JSON.stringify({ anchors: [{ day: "2026-11-20", ...JSON.parse(anchor) }] }));
    await db.rows("delete from audit_log where seq > 4");
    await db.rows("update audit_head set seq = 4, hash = (select hash from audit_log where seq = 4)");
    expect((await verify()).code).toBe(0);
    expect(await verify("--anchors", file)).toEqual({ code: 1, said: expect.stringContaining("row 6 is not the one that an anchor saw") });
    rmSync(dirname(file), { recursive: true });
    expect(await verify("--anchor", anchor)).toEqual({ code: 1, said: expect.stringContaining("row 6 is not the one that an anchor saw") });
    await append(...Array.from({ length: 3 }, () => anAuditEntry({ action: "forged" })));
    expect(await verify("--anchor", anchor)).toEqual({ code: 1, said: expect.stringContaining("row 6 is not the one that an anchor saw") });
  });
});

test("a question that is not understood gets one sentence and exit code 1", async () => {
  expect(await verify("--anchor", "yesterday")).toEqual({ code: 1, said: expect.stringContaining("is not an anchor") });
  const lines: string[] = [];
  const say = (line: string) => lines.push(line);
  expect(await runAudit(["verify", "--dir", `/nowhere-${randomUUID()}`], {}, { say, complain: say })).toBe(1);
  expect(await verify("--anchors", "/nowhere/anchors.json")).toEqual({
    code: 1,
    said: expect.stringContaining("ask again and save the body"),
  });
  expect(await runAudit(["forge"], db.gateways.vars, { say, complain: say })).toBe(1);
  expect(lines).toEqual([expect.stringContaining("DATABASE_URL is not set"), expect.stringContaining("npm run audit -- verify")]);
});

test("erasing a person erases what was sealed of them, nobody else's, and the chain stays whole", async () => {
  const person = { kind: "client", id: "c-1", isPersonal: true };
  const other = { kind: "client", id: "c-2", isPersonal: true };
  await append(
    anAuditEntry({ target: person, personal: { email: "gone@example.com" } }),
    anAuditEntry({ target: other, personal: { email: "stays@example.com" } }),
  );
  const before = await db.rows("select sealed from audit_log order by seq");
  const writes = createStaffWrites(db.database, testSealer());
  const audit = anAuditEntry({ action: "client.erase", target: person, details: {} });
  expect(expectValue(await writes.commit({ change: await log.erasing(person), also: [], audit }, BUDGET_MS))).toBe("made");
  const [erasure, kept, erased] = await find();
  expect(erased).toMatchObject({ personal: null, isErased: true, actor: { name: "Ann Archer" } });
  expect(kept).toMatchObject({ personal: { email: "stays@example.com" }, isErased: false });
  expect(erasure).toMatchObject({ action: "client.erase", target: erased?.target });
  expect((await db.rows("select sealed from audit_log order by seq")).slice(0, 2)).toEqual(before);
  expect((await verify()).code).toBe(0);
});

describe("the application's database role", () => {
  const asApp = async (statement: string): Promise<string> => {
    await db.rows("set role tollgate_app");
    try {
      await db.rows(statement);
      return "done";
    } catch (error) {
      return (error as { code?: string }).code ?? "unknown";
    } finally {
      await db.rows("reset role");
    }
  };
  const DENIED = "42501";

  test.each([
    "update audit_log set actor = 'x'",
    "delete from audit_log",
    "truncate audit_log",
    "insert into audit_log select * from audit_log",
    "update audit_head set seq = 0",
    "delete from audit_head",
    "delete from audit_keys",
    "update audit_keys set wrapped = ''",
    "drop table audit_log",
    "alter table audit_log disable trigger all",
    "create or replace function append_audit(entries json, keys json) returns bigint language sql as 'select 1::bigint'",
  ])("may not: %s", async (statement) => {
    expect(await asApp(statement)).toBe(DENIED);
  });

  test("reads the log, appends through the function, and does the application's other work", async () => {
    expect(await asApp("select * from audit_log, audit_head, audit_keys")).toBe("done");
    expect(
      await asApp(
        `select append_audit('[{"id":"as-app","atMs":1,"world":"live","actor":"a","action":"x","target":"t","success":true,"requestId":"r","details":"{}","sealed":"[]"}]', '[]')`,
      ),
    ).toBe("done");
    expect(await asApp("insert into dead_letters (text, reason) values ('t', 'r')")).toBe("done");
    expect(await asApp("select make_months('events', now())")).toBe("done");
    expect(await asApp("select drop_expired('events', now())")).toBe("done");
    expect(await asApp("select refresh_client_statistics('UTC')")).toBe("done");
    expect(await asApp("select * from client_statistics_30d, transactions")).toBe("done");
    expect(await db.rows("select id from audit_log")).toEqual([{ id: "as-app" }]);
    expect((await verify()).code).toBe(0);
  });
});
