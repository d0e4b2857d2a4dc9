import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { run } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "tollgate-publish-"));
const PACK = join(folder, "pack.json");
const PACK_TEXT = '{ "name": "pack", "rules": [] }';

interface Call {
  readonly path: string;
  readonly method: string;
  readonly key: unknown;
  readonly body: unknown;
}
let calls: Call[] = [];
let answer: readonly [status: number, text: string] = [200, ""];
let server: Server;
let url = "";

beforeAll(async () => {
  writeFileSync(PACK, PACK_TEXT);
  writeFileSync(join(folder, "keys.json"), JSON.stringify({ admin: "the-admin-key", api: "another" }));
  server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk) => {
      text += chunk;
    });
    request.on("end", () => {
      const { method = "", url: path = "", headers } = request;
      calls.push({ path, method, key: headers["x-api-key"], body: JSON.parse(text) });
      response.writeHead(answer[0], { "content-type": "application/json" }).end(answer[1]);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  url = `http://127.0.0.1:${address.port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  calls = [];
});

const LIVE = { seq: 7, manifest: "m", ruleset: "r", features: "f", rules: 31 };
const problem = (code: string, detail: string, errors?: readonly object[]): string =>
  JSON.stringify({ type: `urn:tollgate:problem:${code}`, title: "t", status: 422, code, detail, errors, request_id: "q" });

test("sends the files, the features and why, with the admin key of the data folder, and says what is live", async () => {
  answer = [200, JSON.stringify(LIVE)];
  const ran = await run("publish", PACK, "--url", url, "--dir", folder, "--message", "fewer points");
  expect(ran).toEqual({ code: 0, said: ["version 7 is live (31 rules)"], complained: [] });
  expect(calls).toEqual([
    {
      path: "/api/admin/fraud-rules/publish",
      method: "POST",
      key: "the-admin-key",
      body: { files: [{ name: PACK, text: PACK_TEXT }], features: readFileSync("rules/features.json", "utf8"), message: "fewer points" },
    },
  ]);
});

test("without files sends all packs; the live features and another key on request", async () => {
  answer = [200, JSON.stringify(LIVE)];
  await run("publish", "--url", url, "--key", "mine", "--keep-features");
  expect(calls).toMatchObject([
    { key: "mine", body: { files: [{ name: "rules/packs/checkout.json" }, { name: "rules/packs/transfer.json" }], features: null } },
  ]);
});

const ERRORS = [
  { code: "unknown_feature", file: PACK, path: "rules[0].conditions.amout", message: "unknown feature `amout`", line: 3, column: 5 },
  { code: "wrong_type", path: "shoes", message: "expected a feature", line: 9, column: 2 },
];

test("prints what the service refused, faults with their place, those of the features by their file", async () => {
  answer = [422, problem("ruleset_refused", "the ruleset was refused whole: 2 faults", ERRORS)];
  const { code, said, complained } = await run("publish", PACK, "--url", url, "--key", "k");
  expect({ code, said }).toEqual({ code: 1, said: [] });
  expect(complained).toEqual([
    "the ruleset was refused whole: 2 faults",
    `${PACK}:3:5  rules[0].conditions.amout: unknown feature \`amout\``,
    "rules/features.json:9:2  shoes: expected a feature",
    "2 faults",
  ]);
});

test("prints a refusal without faults as its sentence", async () => {
  answer = [403, problem("not_allowed", "your role may not publish rules")];
  expect(await run("publish", PACK, "--url", url, "--key", "k")).toEqual({
    code: 1,
    said: [],
    complained: ["your role may not publish rules"],
  });
});

test("tells machines the same in JSON", async () => {
  answer = [200, JSON.stringify(LIVE)];
  const live = await run("publish", PACK, "--url", url, "--key", "k", "--json");
  expect(JSON.parse(live.said.join(""))).toEqual({ ok: true, ...LIVE });
  answer = [422, problem("ruleset_refused", "refused", ERRORS)];
  const refused = await run("publish", PACK, "--url", url, "--key", "k", "--json");
  expect(refused.code).toBe(1);
  expect(JSON.parse(refused.said.join(""))).toMatchObject({
    ok: false,
    code: "ruleset_refused",
    faults: [{ file: PACK }, { file: "rules/features.json" }],
  });
});

test.each([
  [502, "<html>bad gateway</html>", "answered 502 without saying why"],
  [200, '{"hello":"world"}', "did not say what is live: is it a Tollgate?"],
])("an answer %d that is not ours is no success", async (status, text, sentence) => {
  answer = [status, text];
  const { code, complained } = await run("publish", PACK, "--url", url, "--key", "k");
  expect(code).toBe(2);
  expect(complained.join()).toContain(sentence);
});

test("says so when nothing answers, and when a data folder holds no admin key", async () => {
  const gone = await run("publish", PACK, "--url", "http://127.0.0.1:1", "--key", "k");
  expect(gone).toMatchObject({ code: 2, complained: [expect.stringContaining("nothing answers at http://127.0.0.1:1")] });
  writeFileSync(join(folder, "keys.json"), '{ "api": "another" }');
  const keyless = await run("publish", PACK, "--url", url, "--dir", folder);
  expect(keyless).toMatchObject({ code: 2, complained: [expect.stringContaining("holds no `admin` key")] });
  expect(calls).toEqual([]);
});
