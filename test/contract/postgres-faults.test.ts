import { sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { ask } from "../../src/adapters/postgres/database.ts";
import { createTestDatabase, type TestDatabase } from "../support/records/test-database.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());
afterEach(() => db.gateways.neon.faults.set([]));

const select = (statement: string, budgetMs = 5_000) => ask(db.database, budgetMs, (session) => session.execute(sql.raw(statement)));

test("a Postgres that does not answer is a timeout when the budget is over", async () => {
  db.gateways.neon.faults.set([{ kind: "delay", ms: 60_000 }]);
  expect(await select("select 1", 50)).toMatchObject({ ok: false, error: { source: "postgres", reason: "timeout" } });
});

test("without a budget nothing is asked", async () => {
  let asked = 0;
  const count = async () => ++asked;
  for (const budgetMs of [0, -5, Number.NaN])
    expect(await ask(db.database, budgetMs, count)).toMatchObject({ ok: false, error: { reason: "timeout" } });
  expect(asked).toBe(0);
});

test.for([
  ["a refused connection", { kind: "refuse" }],
  ["an answer lost after the work was done", { kind: "drop_answer" }],
  ["a gateway that says 503", { kind: "status", status: 503 }],
] as const)("%s is unavailable", async ([, fault]) => {
  db.gateways.neon.faults.set([fault]);
  expect(await select("select 1")).toMatchObject({ ok: false, error: { reason: "unavailable" } });
});

test("a statement Postgres refuses is invalid, with the SQLSTATE for the log", async () => {
  expect(await select("select * from no_such_table")).toMatchObject({ ok: false, error: { reason: "invalid", sqlState: "42P01" } });
  expect(await select("select 1 / 0")).toMatchObject({ ok: false, error: { reason: "invalid", sqlState: "22012" } });
});

test("what trying again may cure is unavailable, not invalid", async () => {
  expect(await select("do $$ begin raise exception using errcode = '40P01'; end $$")).toMatchObject({
    error: { reason: "unavailable", sqlState: "40P01" },
  });
  expect(await select("do $$ begin raise exception using errcode = '55P03'; end $$")).toMatchObject({
    error: { reason: "unavailable", sqlState: "55P03" },
  });
});

test("an error of our own is invalid and never thrown", async () => {
  const broken = ask(db.database, 1_000, async () => {
    throw new TypeError("undefined is not a function");
  });
  expect(await broken).toMatchObject({ ok: false, error: { reason: "invalid", detail: "undefined is not a function" } });
});
