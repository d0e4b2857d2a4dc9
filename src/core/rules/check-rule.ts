import type { Vocabulary } from "../features/catalogue.ts";
import { checkCondition } from "./check-condition.ts";
import { type CheckContext, report } from "./check-context.ts";
import type { RulesetDocument } from "./document.ts";
import { entryOf, type JsonNode } from "./json-node.ts";
import { parseDuration } from "./literal.ts";
import type { AutoBlock, Rule, RuleKind } from "./ruleset.ts";

type RuleDocument = RulesetDocument["rules"][number];

const DAY_MS = 86_400_000;
/** Nothing else is kept longer than entities' histories, 400 days. */
const LONGEST_BLOCK_MS = 400 * DAY_MS;

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
  const autoBlock = readAutoBlock(rule.autoBlock, at("autoBlock"), context);
  if (autoBlock !== null) checkBlocks(rule, score, at("autoBlock"), context);
  return {
    id: rule.id,
    name: rule.name,
    reason: rule.reason,
    severity: rule.severity,
    mode: rule.mode ?? "live",
    score,
    on: [...new Set(rule.on ?? on)],
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

function readAutoBlock(autoBlock: RuleDocument["autoBlock"], node: JsonNode, context: CheckContext): AutoBlock | null {
  if (autoBlock === undefined || autoBlock === false) return null;
  const given = autoBlock === true ? {} : autoBlock;
  const target = given.target === "user" ? "client" : (given.target ?? "ip");
  const forMs = given.for === undefined ? DAY_MS : (parseDuration(given.for) ?? 0);
  if (forMs < 60_000 || forMs > LONGEST_BLOCK_MS) report(context, node, "out_of_range", "a block lasts from 1 minute to 400 days");
  if (given.collision !== undefined && target !== "ip")
    report(context, node, "auto_block", "`collision` is about addresses shared by several users: it needs the target `ip`");
  return { target, forMs, collision: given.collision ?? "review" };
}

/** A rule cannot ask for mercy and for a block at once. */
function checkBlocks(rule: RuleDocument, score: number, node: JsonNode, context: CheckContext): void {
  if (rule.outcome?.atMost !== undefined)
    report(context, node, "auto_block", `the rule blocks automatically but caps the outcome at ${rule.outcome.atMost}`);
  else if (score <= 0 && rule.outcome?.atLeast === undefined)
    report(context, node, "auto_block", "the rule blocks automatically but adds no points and asks for no outcome");
}
