import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { createScriptAlias, dropKeyLocking } from "../../../../src/tools/local/upstash/script-alias.ts";

const sha1 = (text: string) => createHash("sha1").update(text).digest("hex");
const SCRIPT = "#!lua flags=allow-key-locking\nreturn 1";
const PLAIN = "--\nreturn 1";

test("Upstash's flag is dropped, other flags and line numbers are kept", () => {
  expect(dropKeyLocking(SCRIPT)).toBe(PLAIN);
  expect(dropKeyLocking("#!lua flags=no-writes,allow-key-locking\nreturn 1")).toBe("#!lua flags=no-writes\nreturn 1");
  expect(dropKeyLocking("return '#!lua flags=allow-key-locking'")).toBe("return '#!lua flags=allow-key-locking'");
});

test("a script is found by the hash of what the caller wrote, once it was sent", () => {
  const rewrite = createScriptAlias();
  expect(rewrite(["EVALSHA", sha1(SCRIPT), "0"])).toEqual(["EVALSHA", sha1(SCRIPT), "0"]);
  expect(rewrite(["eval", SCRIPT, "0"])).toEqual(["eval", PLAIN, "0"]);
  expect(rewrite(["EVALSHA", sha1(SCRIPT), "0"])).toEqual(["EVALSHA", sha1(PLAIN), "0"]);
});

test("loading a script teaches its hash too; other commands pass as they are", () => {
  const rewrite = createScriptAlias();
  expect(rewrite(["SCRIPT", "LOAD", SCRIPT])).toEqual(["SCRIPT", "LOAD", PLAIN]);
  expect(rewrite(["EVALSHA_RO", sha1(SCRIPT)])).toEqual(["EVALSHA_RO", sha1(PLAIN)]);
  expect(rewrite(["SCRIPT", "FLUSH"])).toEqual(["SCRIPT", "FLUSH"]);
  expect(rewrite(["SET", "eval", SCRIPT])).toEqual(["SET", "eval", SCRIPT]);
});
