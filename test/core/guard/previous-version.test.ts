import { expect, test } from "vitest";
import type { VersionKind } from "../../../src/core/config/next-manifest.ts";
import { previousVersion } from "../../../src/core/guard/previous-version.ts";

/** A history from `kind:rules` oldest first; the first one is version 1. */
const after = (...versions: `${VersionKind}:${string}`[]) =>
  versions
    .map((text, at) => {
      const [kind, rules = ""] = text.split(":") as [VersionKind, string];
      return { seq: at + 1, kind, parent: at === 0 ? null : at, rules };
    })
    .reverse();
const previousOf = (...versions: `${VersionKind}:${string}`[]) => previousVersion(after(...versions), versions.length)?.seq ?? null;

test.each([
  ["the one before it", ["publish:a", "publish:b"], 1],
  ["with other rules", ["publish:a", "publish:b", "list:b", "publish:b"], 1],
  ["from before the publish that a killed rule amended", ["publish:a", "publish:b", "kill:c"], 1],
  ["where a rule that was killed before stays killed", ["publish:a", "kill:b", "publish:c"], 2],
  ["that the guard never took back: of a version it brought back the one before", ["publish:a", "publish:b", "publish:c", "guard:b"], 1],
  ["and never one that it took back", ["publish:a", "publish:b", "guard:a", "publish:c"], 3],
  ["and neither what an amendment that it took back was made to", ["publish:a", "publish:b", "publish:c", "kill:d", "guard:b"], 1],
  ["and none when all were taken back", ["publish:a", "publish:b", "guard:a"], null],
  ["and none for the first", ["publish:a"], null],
  ["from before a rollback that breaches", ["publish:a", "publish:b", "rollback:a"], 2],
] as const)("a breach goes back to the version %s", (_, versions, expected) => expect(previousOf(...versions)).toBe(expected));

test("a version that is not in the history has none before it", () => {
  expect(previousVersion(after("publish:a", "publish:b"), 7)).toBeNull();
  expect(previousVersion([], 1)).toBeNull();
});

test("what came after the breaching version is nothing to go back to", () => {
  expect(previousVersion(after("publish:a", "publish:b", "publish:c"), 2)?.seq).toBe(1);
});
