import { afterAll, beforeAll, expect, test } from "vitest";
import { runKeys } from "../../src/tools/access/run-keys.ts";
import { runUsers } from "../../src/tools/access/run-users.ts";
import { createTestDatabase, type TestDatabase } from "../support/records/test-database.ts";

const PASSWORD = "a long enough pass phrase";
let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

async function run(command: "users" | "keys", args: string, env: Record<string, string> = db.gateways.vars) {
  const [said, complained]: [string[], string[]] = [[], []];
  const terminal = { say: (line: string) => said.push(line), complain: (line: string) => complained.push(line) };
  const words = args.split(" ");
  const code = command === "users" ? await runUsers(words, env, terminal, async () => PASSWORD) : await runKeys(words, env, terminal);
  return { code, said: said.join("\n"), complained: complained.join("\n") };
}

test("the first admin is made from the command line, by a password that is asked for, and the audit log knows", async () => {
  expect(await run("users", "create Ann --role admin")).toEqual({ code: 0, said: "ann may sign in as admin", complained: "" });
  expect(await run("users", "create ann --role admin")).toMatchObject({ code: 1, complained: "another user has this name" });
  expect(await run("users", "list")).toMatchObject({ said: "ann  admin" });
  expect(await db.rows("select action, actor, success from audit_log")).toEqual([{ action: "user.create", actor: "cli", success: true }]);
  expect(JSON.stringify(await db.rows("select * from users"))).not.toContain(PASSWORD);
});

test("users get other roles and passwords and are disabled and enabled; the last admin stays", async () => {
  await run("users", "create bo --role analyst");
  expect(await run("users", "role bo readonly")).toMatchObject({ code: 0, said: "bo  readonly" });
  expect(await run("users", "password BO")).toMatchObject({ code: 0 });
  expect((await run("users", "disable bo")).said).toMatch(/^bo {2}readonly {2}disabled since 20/);
  expect(await run("users", "enable bo")).toMatchObject({ said: "bo  readonly" });
  expect(await run("users", "disable ann")).toMatchObject({ code: 1, complained: expect.stringContaining("last admin") });
  expect(await run("users", "enable cy")).toMatchObject({ code: 1, complained: "there is no user `cy`" });
});

test("a password as an argument is not taken: the command does not know such an option", async () => {
  expect(await run("users", `create eve --role admin --password ${PASSWORD}`)).toMatchObject({ code: 1 });
  expect(await db.rows("select 1 from users where username = 'eve'")).toEqual([]);
});

test("keys are made, shown once, rotated and revoked", async () => {
  const made = await run("keys", "create shop --scope decide --per-minute 500 --days 30");
  const [clear, line] = made.said.split("\n");
  expect(clear).toMatch(/^tg_live_[0-9A-Za-z]{38}$/);
  const id = line?.split(" ")[0];
  expect(await db.rows("select role, scopes, requests_per_minute, created_by from api_keys where id = $1", [id])).toEqual([
    { role: "api_user", scopes: ["decide"], requests_per_minute: 500, created_by: "cli" },
  ]);
  const rotated = await run("keys", `rotate ${id} --overlap-hours 1`);
  expect(rotated.said).toContain(`in place of ${id}`);
  const successor = rotated.said.split("\n")[1]?.split(" ")[0];
  expect((await run("keys", `revoke ${successor}`)).said).toContain("revoked 20");
  const listed = (await run("keys", "list")).said;
  expect(listed.split("\n")).toHaveLength(2);
  expect(listed).not.toContain(clear);
});

test("what is wrong is said in a sentence, and wrong use shows the usage", async () => {
  expect(await run("keys", "create shop --scope no.such")).toMatchObject({ code: 1, complained: expect.stringContaining("scopes") });
  expect(await run("keys", "create shop --days many")).toMatchObject({ code: 1, complained: expect.stringContaining("expires_in_days") });
  expect(await run("keys", "revoke nobody")).toMatchObject({ code: 1, complained: "there is no key `nobody`" });
  expect((await run("keys", "destroy everything")).complained).toContain("npm run keys -- create");
  expect((await run("users", "create")).complained).toContain("npm run users -- create");
  expect((await run("users", "list --dir /nowhere", {})).complained).toContain("DATABASE_URL is not set");
  const { NEON_HTTP_ENDPOINT: _, ...remote } = db.gateways.vars;
  expect((await run("users", "list", remote)).complained).toContain("AUDIT_KEY is not set");
});
