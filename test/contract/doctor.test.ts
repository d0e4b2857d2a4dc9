import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { runDoctor } from "../../src/tools/doctor/run-doctor.ts";
import { freePort } from "../../src/tools/local/free-port.ts";
import { writeStackVars } from "../../src/tools/local/stack-vars.ts";
import { createTestGateways, type TestGateways } from "../support/test-gateways.ts";

// `npm run doctor` over the stores alone; test/worker/doctor.test.ts has the Worker.
let stores: TestGateways;
let nowhere: string;
beforeAll(async () => {
  stores = await createTestGateways("owner");
  nowhere = mkdtempSync(join(tmpdir(), "tollgate-doctor-"));
});
afterEach(() => {
  stores.upstash.faults.set([]);
  stores.neon.faults.set([]);
});
afterAll(async () => {
  rmSync(nowhere, { recursive: true, force: true });
  await stores.close();
});

async function examine(vars: Readonly<Record<string, string>>, args: readonly string[] = ["--dir", nowhere]) {
  const [said, complained]: [string[], string[]] = [[], []];
  const terminal = { say: (line: string) => said.push(line), complain: (line: string) => complained.push(line) };
  const code = await runDoctor(args, vars, terminal);
  return { code, said: said.join("\n"), complained: complained.join("\n") };
}
/** A deadline that no busy machine exceeds. */
const patient = () => ({ ...stores.vars, DEADLINE_MS: "30000" });

test("each store's round trip is measured, and that nothing was published is wrong", async () => {
  const { code, said } = await examine(patient());
  expect(said).toMatch(/^ok +Redis +[\d.]+ ms a round trip, measured from here$/m);
  expect(said).toMatch(/^ok +Postgres +[\d.]+ ms a round trip, measured from here$/m);
  expect(said).toMatch(/^ok +Postgres +all \d+ migrations are applied$/m);
  expect(said).toMatch(/^WRONG +ruleset +nothing was published.*\n.*npm run rules -- publish/m);
  expect(said).toContain("TOLLGATE_URL is not set");
  expect(code).toBe(1);
});

test("a store farther than a third of the deadline is a warning, with what to do", async () => {
  stores.upstash.faults.set([{ kind: "delay", ms: 60 }]);
  stores.neon.faults.set([{ kind: "delay", ms: 60 }]);
  const { said } = await examine({ ...stores.vars, DEADLINE_MS: "150" });
  for (const store of ["Redis", "Postgres"])
    expect(said).toMatch(new RegExp(`^WARNING +${store} +\\d+ ms .*more than a third of the 150 ms.*\\n.*placement`, "m"));
});

test.each([
  [
    "a token that Upstash refuses",
    { UPSTASH_REDIS_REST_TOKEN: "another" },
    /^WRONG +Redis +it refuses the token\n.*UPSTASH_REDIS_REST_TOKEN/m,
  ],
  ["a token that is missing", { UPSTASH_REDIS_REST_TOKEN: "" }, /^WRONG +Redis +UPSTASH_REDIS_REST_TOKEN is not set\n/m],
  [
    "a secret that is too short",
    { JWT_SECRET: "short" },
    /^WRONG +settings +JWT_SECRET has less than 32 characters\n.*secret put JWT_SECRET/m,
  ],
  ["an audit key without an id", { AUDIT_KEY: "nothing" }, /^WRONG +settings +AUDIT_KEY is not .*\n.*secret put AUDIT_KEY/m],
])("%s is named with its fix", async (_what, vars, line) => {
  const { code, said } = await examine({ ...patient(), ...vars });
  expect(said).toMatch(line);
  expect(code).toBe(1);
});

test("a password that Postgres refuses is named, and is not shown", async () => {
  const url = new URL(stores.vars.DATABASE_URL);
  url.password = "wrong-password";
  const { said } = await examine({ ...patient(), DATABASE_URL: url.href });
  expect(said).toMatch(/^WRONG +Postgres +it refuses the user or the password\n.*DATABASE_URL/m);
  expect(said).not.toContain("wrong-password");
});

test("stores that nobody serves are told apart from stores that refuse", async () => {
  const origin = `http://127.0.0.1:${await freePort()}`;
  const { code, said } = await examine({
    ...patient(),
    UPSTASH_REDIS_REST_URL: origin,
    NEON_HTTP_ENDPOINT: `${origin}/sql`,
    TOLLGATE_URL: origin,
  });
  expect(said).toMatch(/^WRONG +Redis +it cannot be reached \(ECONNREFUSED\)\n/m);
  expect(said).toMatch(/^WRONG +Postgres +it cannot be reached/m);
  expect(said).toMatch(/^WRONG +Worker +nothing answers at \S+ \(ECONNREFUSED\)\n.*npm start/m);
  expect(code).toBe(1);
});

test("migrations that are missing are counted and named", async () => {
  const client = new Client({ connectionString: stores.postgresUrl });
  await client.connect();
  const latest = "(select max(created_at) from drizzle.__drizzle_migrations)";
  const { rows } = await client.query(`delete from drizzle.__drizzle_migrations where created_at = ${latest} returning hash, created_at`);
  try {
    const { code, said } = await examine(patient());
    expect(said).toMatch(/^WRONG +Postgres +1 of \d+ migrations are missing, from \d{4}_\S+\n.*npm run migrate/m);
    expect(code).toBe(1);
  } finally {
    await client.query("insert into drizzle.__drizzle_migrations (hash, created_at) values ($1, $2)", [rows[0]?.hash, rows[0]?.created_at]);
    await client.end();
  }
});

test("with the application's rights, which cannot read what was migrated, the tables tell", async () => {
  const own = await createTestGateways();
  const client = new Client({ connectionString: own.postgresUrl });
  await client.connect();
  try {
    const vars = { ...own.vars, DEADLINE_MS: "30000" };
    expect((await examine(vars)).said).toMatch(/^ok +Postgres +every table and column that the code reads is there$/m);
    await client.query("alter table api_keys rename column scopes to verbs");
    expect((await examine(vars)).said).toMatch(
      /^WRONG +Postgres +migrations are missing: there is no api_keys\.scopes\n.*npm run migrate/m,
    );
  } finally {
    await client.end();
    await own.close();
  }
});

test("a running local stack is found by its data folder", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tollgate-doctor-stack-"));
  mkdirSync(join(folder, "run"));
  const forget = writeStackVars(folder, stores.vars);
  try {
    const { said } = await examine({}, ["--dir", folder]);
    expect(said).toMatch(/^ok +Redis /m);
    // The local deadline of wrangler.toml: a laptop is no edge.
    expect(said).toContain("a decision has 10000 ms");
  } finally {
    forget();
    rmSync(folder, { recursive: true, force: true });
  }
});

test("wrong use is an exit code of its own", async () => {
  expect(await examine({})).toMatchObject({ code: 2, complained: expect.stringContaining("there is nothing to ask") });
  expect(await examine({}, ["--frob"])).toMatchObject({ code: 2, complained: expect.stringContaining("--frob") });
  expect(await examine({}, ["--url", "nonsense"])).toMatchObject({ code: 2, complained: expect.stringContaining("is not a URL") });
  expect(await examine({}, ["--help"])).toMatchObject({ code: 0, said: expect.stringContaining("npm run doctor") });
});
