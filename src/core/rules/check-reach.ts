import { type CheckContext, report } from "./check-context.ts";
import type { ConditionNode } from "./condition.ts";
import { entryOf, type JsonNode } from "./json-node.ts";
import { createTruthFinder, type TruthContext } from "./satisfiable.ts";

/** Reports live rules that no event can ever fire: whoever wrote one believes to be protected by it. Rules in shadow or off may be unfinished. */
export function checkReach(
  conditions: readonly (ConditionNode | null)[],
  nodes: readonly JsonNode[],
  truth: TruthContext,
  context: CheckContext,
): void {
  const finder = createTruthFinder(truth);
  conditions.forEach((condition, index) => {
    const node = nodes[index];
    if (condition === null || node?.kind !== "object" || !isLive(node) || finder.canBe(condition, true)) return;
    report(context, entryOf(node, "conditions")?.value ?? node, "never_true", neverTrue(finder.conflictOf(condition)));
  });
}

/** Why a condition can never be true, as a sentence. */
export function neverTrue(feature: string | null): string {
  return feature === null
    ? "the conditions contradict each other: nothing can ever make them true"
    : `the conditions on \`${feature}\` contradict each other: nothing can ever make them true`;
}

function isLive(rule: Extract<JsonNode, { kind: "object" }>): boolean {
  const mode = entryOf(rule, "mode")?.value;
  return mode === undefined || (mode.kind === "scalar" && mode.value === "live");
}
