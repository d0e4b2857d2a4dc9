import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runLists } from "../../../src/tools/lists/run-lists.ts";

const NETSET = "# two\n192.0.2.1\n192.0.2.1\n2001:db8::/48\n";
let folder = "";
let origin = "";
const server = createServer((request, response) => {
  if (request.url === "/feed.txt") response.end(NETSET);
  else if (request.url === "/endless") response.write(Buffer.alloc(33 * 1_024 * 1_024, "1.1.1.1\n"));
  else response.writeHead(404).end();
});
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tollgate-lists-"));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  server.closeAllConnections();
  server.close();
});

async function run(words: readonly string[], input = ""): Promise<{ code: number; said: string[]; complained: string[] }> {
  const said: string[] = [];
  const complained: string[] = [];
  const code = await runLists(words, {
    say: (line) => said.push(line),
    complain: (line) => complained.push(line),
    env: {},
    ask: null,
    readInput: async () => input,
    isTerminal: false,
  });
  return { code, said, complained };
}

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe("check", () => {
  test("tells what is in a feed, whether it is a file, packed, a URL or standard input", async () => {
    const line = "2 networks: 1 IPv4, 1 IPv6; left out: 1 twice";
    const sources = [file("a.netset", NETSET), file("a.netset.gz", gzipSync(NETSET)), `${origin}/feed.txt`, "-"];
    for (const source of sources) {
      const { code, said, complained } = await run(["check", source], NETSET);
      expect([code, said[0], complained]).toEqual([0, line, []]);
    }
  });

  test("shows the place of each fault, and fails", async () => {
    const path = file("faulty.txt", "192.0.2.1 3\nnothing\n192.0.2.2 1\n");
    const { code, said, complained } = await run(["check", path, "--format", "ipsum", "--min-count", "2"]);
    expect(code).toBe(1);
    expect(said[0]).toBe("1 network: 1 IPv4, 0 IPv6; left out: 1 on fewer than 2 lists, 1 not readable");
    expect(complained).toEqual([`${path}:2  expected an address and a count, got \`nothing\``]);
  });

  test("of many faults shows the first twenty", async () => {
    const { complained } = await run(["check", "-"], "x\n".repeat(130));
    expect(complained.length).toBe(21);
    expect(complained.at(-1)).toBe("… and 110 more");
  });

  test("speaks JSON", async () => {
    const { said } = await run(["check", "-", "--json"], NETSET);
    expect(JSON.parse(said[0] ?? "")).toMatchObject({
      ok: true,
      format: "netset",
      role: "signal",
      entries: 3,
      duplicates: 1,
      v4: 1,
      v6: 1,
    });
  });

  test("an empty feed is no good one", async () => {
    expect((await run(["check", "-"], "# nothing\n")).code).toBe(1);
  });

  test.each([
    [["check"], 2, "which feed? give a file, a URL, or `-` for standard input"],
    [["check", "/nowhere/feed.txt"], 2, "there is no file `/nowhere/feed.txt`"],
    [["check", "-", "--format", "ipsun"], 2, "`ipsun` is no --format; did you mean `ipsum`?"],
    [["check", "-", "--role", "deny"], 2, "`deny` is no --role; there are signal, challenge, block, allow"],
    [["check", "-", "--min-count", "0"], 2, "--min-count is a whole number above 0, not `0`"],
    [["chek", "-"], 2, "unknown command `chek`; did you mean `check`?"],
  ])("%j exits with %i", async (words, code, sentence) => {
    expect(await run(words)).toMatchObject({ code, complained: [sentence] });
  });

  test("a URL that answers nothing useful, or without end, is told", async () => {
    expect(await run(["check", `${origin}/no`])).toMatchObject({ code: 3, complained: [`${origin}/no answered 404`] });
    expect(await run(["check", `${origin}/endless`])).toMatchObject({ code: 1, complained: [expect.stringContaining("more than 32 MiB")] });
  });

  test("packed text that is damaged, or far larger than it looks, is told", async () => {
    const damaged = file("damaged.gz", gzipSync(NETSET).subarray(0, 20));
    const bomb = file("bomb.gz", gzipSync(Buffer.alloc(40 * 1_024 * 1_024)));
    expect(await run(["check", damaged])).toMatchObject({ code: 1, complained: [expect.stringContaining("damaged")] });
    expect(await run(["check", bomb])).toMatchObject({ code: 1, complained: [expect.stringContaining("more than 32 MiB")] });
  });
});
