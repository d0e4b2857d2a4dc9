import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bornAt } from "../../../../src/tools/local/process/process-mark.ts";
import { type Program, type Supervised, supervise } from "../../../../src/tools/local/process/supervised.ts";
import { Refusal } from "../../../../src/tools/local/refusal.ts";

let folder: string;
let running: Supervised | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tollgate-unit-"));
});
afterEach(async () => {
  await running?.stop();
  running = null;
  rmSync(folder, { recursive: true });
});

const READY = 'process.stdin.on("data", (text) => console.log("ready " + text)); setInterval(() => {}, 1000);';

/** A program that says it is ready once it has read its input. */
function program(script: string, changes: Partial<Program> = {}): Program {
  const logFile = join(folder, "log");
  return {
    name: "the program",
    command: process.execPath,
    args: ["-e", script],
    cwd: folder,
    env: {},
    user: null,
    input: "its input",
    stopSignal: "SIGTERM",
    logFile,
    markFile: join(folder, "mark"),
    signal: new AbortController().signal,
    probe: async () => {
      if (!readFileSync(logFile, "utf8").includes("ready its input")) throw new Error("not yet");
    },
    ...changes,
  };
}

test("a program that dies comes back, and its death is told", async () => {
  const lines: string[] = [];
  running = await supervise(program(READY), (line) => lines.push(line));
  const first = running.pid() ?? 0;
  process.kill(first, "SIGKILL");
  await expect.poll(() => running?.pid() ?? first, { timeout: 60_000 }).not.toBe(first);
  expect(lines).toEqual(["the program ended (SIGKILL); starting it again"]);
});

test("a program that was killed or stopped on purpose stays down until it is started", async () => {
  running = await supervise(program(READY), () => {});
  const first = running.pid() ?? 0;
  await running.kill();
  expect([running.pid(), bornAt(first), existsSync(join(folder, "mark"))]).toEqual([null, null, false]);
  await running.start();
  expect(running.pid()).not.toBe(null);
  await running.stop();
  expect(running.pid()).toBe(null);
});

test("what it began ends with it", async () => {
  const script = `const child = require("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]); console.log("child " + child.pid + "."); ${READY}`;
  running = await supervise(program(script), () => {});
  const child = Number(/child (\d+)\./.exec(readFileSync(join(folder, "log"), "utf8"))?.[1]);
  expect(bornAt(child)).not.toBe(null);
  await running.stop();
  await expect.poll(() => bornAt(child)).toBe(null);
});

test("a program that ends while it starts is an error with the end of its log", async () => {
  await expect(supervise(program('console.error("no such luck"); process.exit(3)'), () => {})).rejects.toThrow("no such luck");
});

test("a program that says it never will be ready is ended at once", async () => {
  const refusing = program(READY, { probe: () => Promise.reject(new Refusal("never")) });
  await expect(supervise(refusing, () => {})).rejects.toThrow("never");
  const { pid } = JSON.parse(readFileSync(join(folder, "mark"), "utf8"));
  expect(bornAt(pid)).toBe(null);
});

test("a start that is given up leaves nothing running", async () => {
  const giveUp = new AbortController();
  const starting = supervise(program(READY, { signal: giveUp.signal, probe: () => Promise.reject(new Error("not yet")) }), () => {});
  giveUp.abort();
  await expect(starting).rejects.toThrow("not wanted any more");
  const { pid } = JSON.parse(readFileSync(join(folder, "mark"), "utf8"));
  expect(bornAt(pid)).toBe(null);
});
