import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { aRulesFolder } from "./rules-folder.ts";
import { runIn } from "./run.ts";

// What a service, or something that is none, may answer; the answers of a real one are in test/contract/rules-cli.test.ts.
interface Call {
  readonly path: string;
  readonly key: unknown;
}
let calls: Call[] = [];
let answers: (readonly [status: number, text: string])[] = [];
let server: Server;
let url = "";
const folder = aRulesFolder({ "keys.json": '{ "analyst": "the-local-key" }' });

beforeAll(async () => {
  server = createServer((request, response) => {
    calls.push({ path: request.url ?? "", key: request.headers["x-api-key"] });
    const [status, text] = answers.length > 1 ? (answers.shift() ?? [500, ""]) : (answers[0] ?? [500, ""]);
    response
      .writeHead(status, { "content-type": "application/json", ...(status === 302 ? { location: `${url}/elsewhere` } : {}) })
      .end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  url = `http://127.0.0.1:${address.port}`;
});
afterAll(async () => {
  folder.drop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  calls = [];
});

const problem = (status: number, code: string): readonly [number, string] => [
  status,
  JSON.stringify({ type: "t", title: "t", status, code, detail: `because of ${code}`, request_id: "q", errors: [] }),
];
const rollback = (...words: readonly string[]) => runIn({ env: { TOLLGATE_KEY: "k", TOLLGATE_URL: url } }, "rollback", "1", ...words);

test.each([
  [403, 1],
  [404, 1],
  [422, 1],
  [429, 1],
  [409, 4],
  [500, 3],
  [503, 3],
])("a refusal with status %d ends with exit code %d and its sentence", async (status, code) => {
  answers = [problem(status, "some_code")];
  expect(await rollback()).toEqual({ code, said: [], complained: ["because of some_code"] });
  expect(JSON.parse((await rollback("--json")).said.join(""))).toMatchObject({ ok: false, code: "some_code", status, request_id: "q" });
});

test.each([
  [502, "<html>bad gateway</html>", "answered 502 without saying why"],
  [200, '{"hello":"world"}', "answered something else than this command knows"],
  [302, "", "answered 302 without saying why"],
])("an answer %d that is not ours is no success, and is not followed", async (status, text, sentence) => {
  answers = [[status, text]];
  expect(await rollback()).toMatchObject({ code: 3, complained: [expect.stringContaining(sentence)] });
  expect(calls).toHaveLength(1);
});

test("a read that met a store not yet awake is asked once more; a write never is", async () => {
  answers = [problem(503, "unavailable"), [200, '{"versions":[],"next":null}']];
  expect(await runIn({ env: { TOLLGATE_KEY: "k", TOLLGATE_URL: url } }, "history")).toMatchObject({ code: 0 });
  expect(calls).toHaveLength(2);
  calls = [];
  answers = [problem(503, "unavailable")];
  await rollback();
  expect(calls).toHaveLength(1);
});

test("the key is that of --key-file, else of the environment, else the local start's analyst", async () => {
  answers = [[200, '{"versions":[],"next":null}']];
  const file = folder.write("key", "from-a-file\n");
  await runIn({ env: { TOLLGATE_KEY: "from-the-environment" } }, "history", "--url", url, "--key-file", file);
  await runIn({ env: { TOLLGATE_KEY: "from-the-environment" } }, "history", "--url", `${url}/`);
  await runIn({}, "history", "--url", url, "--dir", folder.path);
  expect(calls.map(({ key }) => key)).toEqual(["from-a-file", "from-the-environment", "the-local-key"]);
  expect(calls.map(({ path }) => path)).toEqual(Array(3).fill("/api/admin/fraud-rules/history?limit=20"));
  const empty = folder.write("empty", "\n");
  expect(await runIn({}, "history", "--url", url, "--key-file", empty)).toMatchObject({ code: 2 });
});
