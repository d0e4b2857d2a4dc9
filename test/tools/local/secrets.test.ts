import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadSecrets } from "../../../src/tools/local/secrets.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tollgate-unit-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("secrets are made once, kept, and readable by their owner alone", () => {
  const first = loadSecrets(folder);
  expect(loadSecrets(folder)).toEqual(first);
  expect(new Set(Object.values(first)).size).toBe(5);
  expect(statSync(join(folder, "secrets.json")).mode & 0o777).toBe(0o600);
});

test("a secret of a later release is added to an older file, which keeps the others", () => {
  const { jwtSecret, ...older } = loadSecrets(folder);
  writeFileSync(join(folder, "secrets.json"), JSON.stringify(older));
  const completed = loadSecrets(folder);
  expect(completed).toMatchObject(older);
  expect(completed.jwtSecret).not.toBe(jwtSecret);
  expect(loadSecrets(folder)).toEqual(completed);
});

test("a damaged file is an error, not a reason for new secrets", () => {
  writeFileSync(join(folder, "secrets.json"), "{}");
  expect(() => loadSecrets(folder)).toThrow();
});
