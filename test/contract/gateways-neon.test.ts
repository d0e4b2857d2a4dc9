import { type NeonDbError, neon, neonConfig } from "@neondatabase/serverless";
import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/neon-http";
import { integer, pgTable, text } from "drizzle-orm/pg-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestGateways, type TestGateways } from "../support/test-gateways.ts";

const shelf = pgTable("shelf", { ref: text().primaryKey(), copies: integer().notNull() });

let gateways: TestGateways;
let run: ReturnType<typeof neon>;

beforeAll(async () => {
  gateways = await createTestGateways("owner");
  neonConfig.fetchEndpoint = gateways.vars.NEON_HTTP_ENDPOINT;
  run = neon(gateways.vars.DATABASE_URL);
  await run`create table shelf (ref text primary key, copies integer not null)`;
});
afterAll(() => gateways.close());

const codeOf = (promise: Promise<unknown>): Promise<string | undefined> =>
  promise.then(
    () => undefined,
    (error: NeonDbError & { cause?: NeonDbError }) => error.code ?? error.cause?.code,
  );

test("values keep their type and precision on the way to the driver", async () => {
  const [row] = (await run`select 9007199254740993::int8 big, 1.10::numeric amount, true yes, null nothing, '{"a":1}'::jsonb doc,
    '{1,2,NULL}'::int[] numbers, array['j','b,"c'] words, '\\x0102'::bytea bytes, timestamptz '2026-01-02T03:04:05.678Z' at`) as Record<
    string,
    unknown
  >[];
  expect(row).toMatchObject({ big: "9007199254740993", amount: "1.10", yes: true, nothing: null, doc: { a: 1 }, numbers: [1, 2, null] });
  expect(row?.words).toEqual(["j", 'b,"c']);
  expect(row?.at).toEqual(new Date("2026-01-02T03:04:05.678Z"));
});

test("parameters arrive as what they are", async () => {
  const query = "select $1::int + 1 a, $2::bool b, $3::jsonb->>'k' c, $4::text[] d, $5::timestamptz e, $6::text f";
  const [row] = (await run.query(query, [41, true, { k: "v" }, ["p", 'q"'], new Date(0), null])) as Record<string, unknown>[];
  expect(row).toEqual({ a: 42, b: true, c: "v", d: ["p", 'q"'], e: new Date(0), f: null });
});

test("a batch is one transaction: all of it or none", async () => {
  const database = drizzle(run);
  await database.batch([
    database.insert(shelf).values({ ref: "kept", copies: 1 }),
    database.update(shelf).set({ copies: 2 }).where(sql`ref = 'kept'`),
  ]);
  const failing = database.batch([
    database.insert(shelf).values({ ref: "undone", copies: 1 }),
    database.insert(shelf).values({ ref: "kept", copies: 1 }),
  ]);
  expect(await codeOf(failing)).toBe("23505");
  expect(await database.select().from(shelf)).toEqual([{ ref: "kept", copies: 2 }]);
});

test("a batch runs at the isolation level and in the mode it asks for", async () => {
  const settings = await run.transaction(
    [run`show transaction_isolation`, run`show transaction_read_only`, run`show transaction_deferrable`],
    {
      isolationLevel: "Serializable",
      readOnly: true,
      deferrable: true,
    },
  );
  expect(settings.flat()).toEqual([
    { transaction_isolation: "serializable" },
    { transaction_read_only: "on" },
    { transaction_deferrable: "on" },
  ]);
  expect(await codeOf(run.transaction([run`create table nope (a int)`], { readOnly: true }))).toBe("25006");
});

test("a fault carries Postgres' code, constraint and position", async () => {
  const duplicate = run`insert into shelf values ('twice', 1), ('twice', 1)`;
  await expect(duplicate).rejects.toMatchObject({ code: "23505", constraint: "shelf_pkey", table: "shelf", severity: "ERROR" });
  await expect(run.query("selec 1")).rejects.toMatchObject({ code: "42601", position: "1" });
});

test("two statements in one query are refused, as on Neon", async () => {
  expect(await codeOf(run.query("select 1; select 2"))).toBe("42601");
});

test("what one request sets in its session is not seen by the next", async () => {
  await run.query("set statement_timeout = 1234");
  await run.query("begin");
  const seen = await Promise.all(
    Array.from({ length: 8 }, () => run`select current_setting('statement_timeout') as timeout, now() <> statement_timestamp() as open`),
  );
  expect(new Set(seen.flat().map((row) => (row as Record<string, unknown>).timeout))).toEqual(new Set(["0"]));
});

test("another password or database is refused", async () => {
  const url = new URL(gateways.vars.DATABASE_URL);
  url.password = "wrong";
  expect(await codeOf(neon(url.href)`select 1`)).toBe("28P01");
  expect(await codeOf(neon(gateways.vars.DATABASE_URL.replace(/tollgate$/, "other"))`select 1`)).toBe("28P01");
});

test("a body that is no query is a fault of the caller", async () => {
  const headers = { "neon-connection-string": gateways.vars.DATABASE_URL, "neon-raw-text-output": "true" };
  const answer = await fetch(gateways.vars.NEON_HTTP_ENDPOINT, { method: "POST", headers, body: "{" });
  expect(answer.status).toBe(400);
});
