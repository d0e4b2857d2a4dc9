import { expect, test } from "vitest";
import type { Explanation } from "../../src/core/decision/build-decision.ts";
import { explanationForCaller } from "../../src/pipeline/for-caller.ts";

const treeOf = (id: string, mode: string): Explanation["rule_trees"][number] => ({
  id,
  mode,
  tree: { kind: "all", verdict: "true", of: [] },
});
const EXPLANATION: Explanation = { features: {}, marks: {}, rule_trees: [treeOf("p/A", "live"), treeOf("p/B", "shadow")] };

test("the trees of shadow rules are shown to staff only", () => {
  expect(explanationForCaller(EXPLANATION, true)).toEqual(EXPLANATION);
  expect(explanationForCaller(EXPLANATION, false).rule_trees.map(({ id }) => id)).toEqual(["p/A"]);
});
