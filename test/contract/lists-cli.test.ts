import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runLists } from "../../src/tools/lists/run-lists.ts";
import { startService, type TestService } from "../support/service.ts";

let service: TestService;
let url: string;
let folder: string;
beforeAll(async () => {
  service = await startService();
  url = (await service.server.listen()).url.href;
  folder = mkdtempSync(join(tmpdir(), "tollgate-lists-"));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await service.close();
});

async function run(...words: readonly string[]) {
  const said: string[] = [];
  const complained: string[] = [];
  const code = await runLists(words, {
    say: (line) => said.push(line),
    complain: (line) => complained.push(line),
    env: { TOLLGATE_KEY: service.keys.analyst, TOLLGATE_URL: url },
    ask: null,
    readInput: async () => "198.51.100.1\n",
    isTerminal: false,
  });
  return { code, said, complained };
}

test("before anything is imported, status says so", async () => {
  expect(await run("status")).toMatchObject({ code: 0, said: ["no feeds", "no list was compiled yet"] });
});

test("a hundred thousand networks are imported from a packed file, counted, compiled and shown", { timeout: 120_000 }, async () => {
  const path = join(folder, "large.txt.gz");
  const lines = Array.from({ length: 100_000 }, (_, at) => `101.${at >> 16}.${(at >> 8) & 255}.${at & 255}\t${(at % 9) + 1}`);
  writeFileSync(path, gzipSync([...lines, "not an address\t3"].join("\n")));
  const imported = await run("import", path, "--as", "large", "--format", "ipsum", "--category", "blacklist", "--min-count", "2");
  expect(imported).toMatchObject({ code: 0 });
  expect(imported.said).toEqual(["large (signal): 88,888 networks, a new feed; left out: 11,112 on fewer than 2 lists, 1 not readable"]);
  await service.schedule("* * * * *");
  const { said } = await run("status");
  expect(said[1]).toMatch(/^large\s+signal\s+blacklist\s+88888\s/);
  expect(said.at(-1)).toMatch(/^compiled at /);
});

test("a shrunken feed is refused until it is confirmed", async () => {
  expect(await run("import", "-", "--as", "large")).toMatchObject({ code: 1 });
  expect(await run("import", "-", "--as", "large", "--confirm")).toMatchObject({ code: 0 });
});

test("status shows what is fetched by itself", async () => {
  const body = { url: "https://lists.example/tor.txt", interval: "6h", is_active: false };
  await service.call("/api/admin/fraud-lists/sources/tor", { as: "analyst", method: "PUT", body });
  expect((await run("status")).said.at(-1)).toMatch(/^tor\s/);
});

test("blocks are exported as CSV or as addresses", async () => {
  const body = { type: "ip", targetId: "203.0.113.7", reason: "seen" };
  expect((await service.call("/api/admin/fraud-blocks", { as: "analyst", body })).status).toBeLessThan(300);
  expect(await run("export", "blocks", "--format", "netset")).toMatchObject({ code: 0, said: ["203.0.113.7"] });
  expect((await run("export", "blocks")).said.join("\n")).toContain("203.0.113.7");
  expect((await run("export", "everything")).code).toBe(2);
});

test("why says what covers an address, since when, and what decides", async () => {
  const { said } = await run("why", "::ffff:203.0.113.7");
  expect(said[0]).toMatch(/^203\.0\.113\.7: block by \S+ on 203\.0\.113\.7, since \d{4}-\d\d-\d\dT/);
  expect(said[2]).toMatch(/^block\s+203\.0\.113\.7\s+\d{4}-.*\sseen\s/);
  expect((await run("why", "203.0.113.8")).said).toEqual(["203.0.113.8: nothing blocks or trusts it"]);
  expect((await run("why", "nowhere")).code).toBe(2);
});
