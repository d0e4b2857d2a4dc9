import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { claimDataFolder, dropData } from "../../../src/tools/local/data-folder.ts";
import { writeMark } from "../../../src/tools/local/process/process-mark.ts";

let folder: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tollgate-unit-"));
  mkdirSync(join(folder, "run"));
});
afterEach(async () => {
  for (const child of children.splice(0)) if (child.exitCode === null && child.kill("SIGKILL")) await once(child, "exit");
  rmSync(folder, { recursive: true });
});

/** A process that waits; its mark is written under `name` as a start would. */
async function marked(name: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ["-e", "console.log(1); setInterval(() => {}, 1000)"], {
    detached: true,
    stdio: ["ignore", "pipe", "ignore"],
  });
  children.push(child);
  await once(child.stdout ?? child, "data");
  writeMark(join(folder, "run", name), child.pid ?? 0);
  return child;
}

test("a folder that a live start uses is refused, and its processes are left alone", async () => {
  const start = await marked("start.json");
  const redis = await marked("redis.json");
  await expect(claimDataFolder(folder, () => {})).rejects.toThrow(/in use by process \d+; .*--dir/);
  expect([start.exitCode, redis.exitCode]).toEqual([null, null]);
});

test("what a killed start left running is ended, and said", async () => {
  const start = await marked("start.json");
  const redis = await marked("redis.json");
  start.kill("SIGKILL");
  await once(start, "exit");
  const ended = once(redis, "exit");
  const lines: string[] = [];
  const release = await claimDataFolder(folder, (line) => lines.push(line));
  await ended;
  expect(lines).toEqual([`ending Redis (process ${redis.pid}) that a killed start left running`]);
  release();
  expect(existsSync(join(folder, "run/start.json"))).toBe(false);
});

test("a process that only has the id of one that ended is not ours to end", async () => {
  const other = await marked("postgres.json");
  const file = join(folder, "run/postgres.json");
  writeFileSync(file, readFileSync(file, "utf8").replace(/"born":"[^"]*"/, '"born":"another time"'));
  await claimDataFolder(folder, () => {});
  expect(other.exitCode ?? other.signalCode).toBe(null);
});

test("--fresh forgets data, secrets and keys", () => {
  for (const name of ["postgres", "redis", "worker"]) mkdirSync(join(folder, name));
  for (const name of ["secrets.json", "keys.json"]) writeFileSync(join(folder, name), "{}");
  dropData(folder);
  expect(["postgres", "redis", "worker", "secrets.json", "keys.json"].filter((name) => existsSync(join(folder, name)))).toEqual([]);
});
