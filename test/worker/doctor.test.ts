import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runDoctor } from "../../src/tools/doctor/run-doctor.ts";
import { startService, type TestService } from "../support/service.ts";

let service: TestService;
let url: string;
beforeAll(async () => {
  service = await startService();
  url = (await service.server.listen()).url.origin;
});
afterAll(() => service.close());

async function examine(vars: Readonly<Record<string, string>> = {}) {
  const said: string[] = [];
  const terminal = { say: (line: string) => said.push(line), complain: (line: string) => said.push(line) };
  const own = { ...service.gateways.vars, TOLLGATE_URL: url, TOLLGATE_KEY: service.keys.api, DEADLINE_MS: "30000" };
  const code = await runDoctor(["--dir", tmpdir()], { ...own, ...vars }, terminal);
  return { code, said: said.join("\n") };
}

test("a Worker that has nothing to decide by is wrong, and the doctor says how to publish", async () => {
  const { code, said } = await examine();
  expect(said).toMatch(/^WRONG +ruleset +nothing was published.*\n.*npm run rules -- publish/m);
  expect(code).toBe(1);
});

test("when all is well it says so, with the distance of each store from the Worker", async () => {
  expect((await service.publish()).status).toBe(200);
  const { code, said } = await examine();
  expect(said).toMatch(/^ok +Worker +http:\S+ answers in [\d.]+ ms$/m);
  for (const store of ["Redis", "Postgres", "KV"])
    expect(said).toMatch(new RegExp(`^ok +${store} +[\\d.]+ ms a round trip, measured by the Worker$`, "m"));
  expect(said).toMatch(/^ok +key +it is valid$/m);
  expect(said).toMatch(/^ok +ruleset +version 1 is live$/m);
  expect(said).toMatch(/^0 wrong, 0 warnings/m);
  expect(code).toBe(0);
});

test("a key that nobody made is named with the command that makes one", async () => {
  const { code, said } = await examine({ TOLLGATE_KEY: `${service.keys.api.slice(0, -1)}x` });
  expect(said).toMatch(/^WRONG +key +the Worker does not take it.*\n.*npm run keys -- create/m);
  expect(code).toBe(1);
});

test("a store that only the Worker does not reach is told from one that nobody reaches", async () => {
  service.gateways.upstash.faults.set([{ kind: "status", status: 503, match: "tg:pointer" }]);
  try {
    expect((await examine()).said).toMatch(/^WRONG +Redis +the Worker did not reach it in \d of 8 tries/m);
  } finally {
    service.gateways.upstash.faults.set([]);
  }
});

test("what is no Tollgate, or one that is set up wrong, is told by its answer", async () => {
  const other = createServer((_request, response) => response.writeHead(500).end("oops"));
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const { port } = other.address() as AddressInfo;
  try {
    const { code, said } = await examine({ TOLLGATE_URL: `http://127.0.0.1:${port}` });
    expect(said).toMatch(/^WRONG +Worker +\S+ answers with status 500, and not as Tollgate does\n.*secret list/m);
    expect(code).toBe(1);
  } finally {
    other.close();
  }
});
