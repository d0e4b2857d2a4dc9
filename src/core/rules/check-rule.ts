import type { Vocabulary } from "../features/catalogue.ts";
import { checkAutoBlock } from "./check-auto-block.ts";
import { checkCondition } from "./check-condition.ts";
import { type CheckContext, report } from "./check-context.ts";
import type { RulesetDocument } from "./document.ts";
import { entryOf, type JsonNode } from "./json-node.ts";
import type { Rule, RuleKind } from "./ruleset.ts";

type RuleDocument = RulesetDocument["rules"][number];

/** Checks a rule's condition in the tree alone, so that it is checked even where the rest of the document is broken; a lack of one is the schema's to report. */
export function checkRuleCondition(node: JsonNode, vocabulary: Vocabulary, context: CheckContext): Rule["condition"] | null {
  const conditions = node.kind === "object" ? entryOf(node, "conditions") : null;
  return conditions === null ? null : checkCondition(conditions.value, vocabulary, context);
}

/** A rule in its normalised form with its own id; contradictions in what it does are reported. */
export function normaliseRule(
  rule: RuleDocument,
  node: JsonNode,
  condition: Rule["condition"],
  on: readonly RuleKind[],
  context: CheckContext,
): Rule {
  const score = rule.score ?? 0;
  const at = (key: string): JsonNode => (node.kind === "object" ? entryOf(node, key)?.value : undefined) ?? node;
  if (rule.outcome !== undefined) checkOutcome(rule.outcome, at("outcome"), context);
  if (rule.holdout !== undefined) checkHoldout(rule, at("holdout"), context);
  const autoBlock = checkAutoBlock(rule, at("autoBlock"), context);
  return {
    id: rule.id,
    name: rule.name,
    reason: rule.reason,
    severity: rule.severity,
    mode: rule.mode ?? "live",
    score,
    on: [...new Set(rule.on ?? on)],
    ...(rule.rollout === undefined ? {} : { rollout: rule.rollout }),
    ...(rule.holdout === undefined ? {} : { holdout: rule.holdout }),
    condition,
    ...(rule.outcome === undefined ? {} : { outcome: rule.outcome }),
    autoBlock,
    ...(rule.note === undefined ? {} : { note: rule.note }),
    ...(rule.recommendation === undefined ? {} : { recommendation: rule.recommendation }),
  };
}

function checkOutcome(outcome: NonNullable<RuleDocument["outcome"]>, node: JsonNode, context: CheckContext): void {
  const isOne = (outcome.atLeast === undefined) !== (outcome.atMost === undefined);
  if (!isOne) report(context, node, "invalid_value", "an outcome is either `atLeast` or `atMost`");
  else if (outcome.atLeast === "allow" || outcome.atMost === "block")
    report(context, node, "invalid_value", "this outcome changes nothing: `atLeast` allow and `atMost` block always hold");
}

/** Only a rule that takes part in a block can let some of what it would block through. */
function checkHoldout(rule: RuleDocument, node: JsonNode, context: CheckContext): void {
  const canBlock = rule.outcome?.atLeast === "block" || ((rule.score ?? 0) > 0 && rule.outcome?.atMost === undefined);
  if (!canBlock)
    report(context, node, "pointless_holdout", "the rule never blocks anyone, so there is nobody for `holdout` to let through");
}
