import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runKeys } from "../../src/tools/access/run-keys.ts";
import { runAudit } from "../../src/tools/audit/run-audit.ts";
import { freePort } from "../../src/tools/local/free-port.ts";
import { dropPostgresData } from "../../src/tools/local/postgres/data-home.ts";
import { bornAt } from "../../src/tools/local/process/process-mark.ts";
import { REPOSITORY } from "../../src/tools/local/repository.ts";

/** The Node that npm scripts run on, whichever runs the tests. */
const NODE = join(REPOSITORY, "node_modules/.bin/node");

// `npm start` as a user runs it; the tests follow one another on one data folder.
let folder: string;
let port: number;
let running: Started | null = null;
let decisions = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tollgate-start-"));
  port = await freePort();
});
afterAll(async () => {
  await running?.end();
  dropPostgresData(folder);
  rmSync(folder, { recursive: true, force: true });
});

interface Started {
  readonly child: ChildProcess;
  readonly output: () => string;
  end(): Promise<number | null>;
}

async function start(...options: string[]): Promise<Started> {
  const child = spawn(NODE, ["src/tools/cli/start.ts", "--port", String(port), "--dir", folder, ...options], {
    cwd: REPOSITORY,
  });
  let text = "";
  const settled = new Promise<void>((resolve) => {
    const read = (chunk: Buffer) => {
      text += chunk;
      if (text.includes("Ctrl-C stops it")) resolve();
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("exit", () => resolve());
  });
  await settled;
  const end = async () => {
    if (child.exitCode === null && child.kill("SIGTERM")) await once(child, "exit");
    return child.exitCode;
  };
  return { child, output: () => text, end };
}

const markOf = (name: string): number => JSON.parse(readFileSync(join(folder, `run/${name}.json`), "utf8")).pid;

/** Sends the call that the banner shows, as a shell and curl would read it. */
async function decide({ output }: Started): Promise<Record<string, unknown>> {
  const [, url = "", options = "", body = ""] = /^curl -s (\S+) (.+) -d '([^']+)'$/m.exec(output()) ?? [];
  const headers = [...options.matchAll(/-H '([^:']+): ([^']+)'/g)].map(([, name = "", value = ""]): [string, string] => [name, value]);
  const answer = await fetch(url, { method: "POST", headers, body });
  if (answer.ok) decisions += 1;
  return (await answer.json()) as Record<string, unknown>;
}

/** Waits until every decision is in Postgres, as the statistics count them. */
async function recorded(): Promise<void> {
  const { readonly } = JSON.parse(readFileSync(join(folder, "keys.json"), "utf8"));
  const stats = async () => (await fetch(`http://127.0.0.1:${port}/api/v1/stats`, { headers: { "x-api-key": readonly } })).json();
  await expect.poll(stats, { timeout: 90_000, interval: 250 }).toMatchObject({ total_predictions: decisions });
}

test("it comes up with keys, a ruleset and a call that works when pasted", { timeout: 300_000 }, async () => {
  running = await start();
  expect(running.output()).toContain("as the first ruleset");
  const keys = JSON.parse(readFileSync(join(folder, "keys.json"), "utf8"));
  expect(Object.keys(keys)).toEqual(["admin", "analyst", "api", "reviewer", "readonly", "test"]);
  expect(statSync(join(folder, "keys.json")).mode & 0o777).toBe(0o600);
  expect(await decide(running)).toMatchObject({ outcome: "allow", degraded: [] });
  await recorded();
});

test("no secret is on a command line", () => {
  const secrets: string[] = Object.values(JSON.parse(readFileSync(join(folder, "secrets.json"), "utf8")));
  const lines = ["worker", "redis", "postgres"].map((name) => {
    return process.platform === "linux" ? readFileSync(`/proc/${markOf(name)}/cmdline`, "utf8") : "";
  });
  expect(secrets.filter((secret) => lines.join("\n").includes(secret))).toEqual([]);
});

test("the commands that go to the stores themselves find those of the running stack", async () => {
  expect(statSync(join(folder, "run/worker.env")).mode & 0o777).toBe(0o600);
  const said: string[] = [];
  const terminal = { say: (line: string) => said.push(line), complain: (line: string) => said.push(line) };
  expect(await runKeys(["list", "--dir", folder], {}, terminal)).toBe(0);
  expect(said.join("\n")).toContain("local readonly");
  expect(await runAudit(["verify", "--dir", folder], {}, terminal)).toBe(0);
});

test("a second start on the same folder is refused in one sentence", async () => {
  const second = await start();
  expect(await second.end()).toBe(1);
  expect(second.output()).toMatch(/^the data folder \S+ is in use by process \d+; .*--dir\n$/);
});

test("a killed engine comes back and the next decision is whole again", { timeout: 300_000 }, async () => {
  const stack = running ?? (await start());
  const before = ["redis", "postgres"].map(markOf);
  for (const pid of before) process.kill(pid, "SIGKILL");
  await expect.poll(() => ["redis", "postgres"].map(markOf).some((pid) => before.includes(pid)), { timeout: 60_000 }).toBe(false);
  await expect.poll(async () => (await decide(stack)).degraded, { timeout: 60_000, interval: 500 }).toEqual([]);
  await recorded();
});

/** The workerd below the Worker's process. */
function workerdPid(): number {
  const parent = markOf("worker");
  const children = readdirSync(`/proc/${parent}/task`).flatMap((thread) => {
    return readFileSync(`/proc/${parent}/task/${thread}/children`, "utf8").split(" ").filter(Boolean).map(Number);
  });
  return children.find((pid) => readFileSync(`/proc/${pid}/stat`, "utf8").includes("(workerd)")) ?? 0;
}

test.runIf(process.platform === "linux").each([
  ["a killed workerd", "SIGKILL", workerdPid],
  ["a workerd that hangs", "SIGSTOP", workerdPid],
  ["the killed process that runs it", "SIGKILL", () => markOf("worker")],
] as const)("%s comes back on the same port", { timeout: 300_000 }, async (_what, signal, pidOf) => {
  const stack = running ?? (await start());
  const before = pidOf();
  process.kill(before, signal);
  await expect.poll(pidOf, { timeout: 60_000 }).not.toBe(before);
  const answer = () =>
    decide(stack).then(
      ({ outcome }) => outcome,
      () => null,
    );
  await expect.poll(answer, { timeout: 60_000, interval: 250 }).toBe("allow");
});

test("SIGTERM leaves no process behind", async () => {
  const pids = [...["worker", "redis", "postgres"].map(markOf), ...(process.platform === "linux" ? [workerdPid()] : [])];
  expect(pids.map(bornAt)).not.toContain(null);
  expect(await running?.end()).toBe(0);
  expect(pids.map(bornAt)).toEqual(pids.map(() => null));
});

test("after a restart keys, ruleset and decisions are as they were", { timeout: 300_000 }, async () => {
  const keys = readFileSync(join(folder, "keys.json"), "utf8");
  running = await start();
  expect(readFileSync(join(folder, "keys.json"), "utf8")).toBe(keys);
  expect(running.output()).toContain("ruleset version 1 is live");
  await recorded();
});
