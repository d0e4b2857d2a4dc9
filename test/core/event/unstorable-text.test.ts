import fc from "fast-check";
import { expect, test } from "vitest";
import { findUnstorableText } from "../../../src/core/event/unstorable-text.ts";

test.each([
  [{ name: "a\u0000b" }, "name"],
  [{ files: [{ text: "ok" }, { text: "\ud800" }] }, "files[1].text"],
  [{ values: { "k\u0000": 1 } }, "values"],
  ["\udc00", ""],
])("%j is refused at `%s`", (value, path) => {
  expect(findUnstorableText(value)).toMatchObject({ code: "unstorable_text", path });
});

test("nothing else is refused, however deep", () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: fc.constantFrom("a", "ä", "🂡", "\n", '"') }), (value) => findUnstorableText(value) === null),
  );
  let deep: unknown = "x";
  for (let level = 0; level < 5_000; level++) deep = [deep];
  expect(findUnstorableText(deep)).toBeNull();
});
