import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { redisOnPath } from "../../../../src/tools/local/redis/redis-program.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tollgate-unit-"));
  for (const name of ["a", "b"]) mkdirSync(join(folder, name));
});
afterEach(() => rmSync(folder, { recursive: true }));
const path = () => ["", join(folder, "a"), join(folder, "missing"), join(folder, "b")].join(delimiter);

test("Redis is taken before Valkey, wherever it stands on PATH", () => {
  writeFileSync(join(folder, "a/valkey-server"), "");
  expect(redisOnPath(path())?.path).toBe(join(folder, "a/valkey-server"));
  writeFileSync(join(folder, "b/redis-server"), "");
  expect(redisOnPath(path())?.path).toBe(join(folder, "b/redis-server"));
});

test("there may be neither", () => {
  expect(redisOnPath(path())).toBe(null);
});
