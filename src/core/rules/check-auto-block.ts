import { type CheckContext, report } from "./check-context.ts";
import type { RulesetDocument } from "./document.ts";
import { entryOf, type JsonNode } from "./json-node.ts";
import { parseDuration } from "./literal.ts";
import type { AutoBlock } from "./ruleset.ts";

type RuleDocument = RulesetDocument["rules"][number];

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Nothing else is kept longer than entities' histories, 400 days. */
const LONGEST_BLOCK_MS = 400 * DAY_MS;
/** What the blocks of a target last where the rule does not say: a mistake ends within the hour, an attack comes back to a longer one. */
const DEFAULT_LADDER_MS: readonly number[] = [HOUR_MS, DAY_MS, 7 * DAY_MS];

/** A rule's automatic block in its normalised form, null for none; contradictions in it, and with the rest of the rule, are reported. */
export function checkAutoBlock(rule: RuleDocument, node: JsonNode, context: CheckContext): AutoBlock | null {
  const { autoBlock } = rule;
  if (autoBlock === undefined || autoBlock === false) return null;
  checkBlocks(rule, node, context);
  const given = autoBlock === true ? {} : autoBlock;
  const target = given.target === "user" ? "client" : (given.target ?? "ip");
  if (given.collision !== undefined && target !== "ip")
    report(context, node, "auto_block", "`collision` is about addresses shared by several users: it needs the target `ip`");
  if (given.collision === "ignore" && given.note === undefined && rule.note === undefined)
    report(context, node, "missing_key", "`collision: ignore` shuts out other users of the address: say why in a `note`");
  const [forMs = HOUR_MS, ...escalateMs] = ladderOf(given, node, context);
  return { target, forMs, escalateMs, collision: given.collision ?? "review", ...(given.note === undefined ? {} : { note: given.note }) };
}

function ladderOf(
  given: { readonly for?: string | undefined; readonly escalate?: readonly string[] | undefined },
  node: JsonNode,
  context: CheckContext,
): readonly number[] {
  if (given.for === undefined && given.escalate === undefined) return DEFAULT_LADDER_MS;
  if (given.for !== undefined && given.escalate !== undefined)
    report(context, node, "auto_block", "`for` makes every block last as long, `escalate` makes them grow: give one of the two");
  const ladder = (given.escalate ?? [given.for ?? ""]).map((text) => parseDuration(text) ?? 0);
  const place = (node.kind === "object" ? entryOf(node, given.escalate === undefined ? "for" : "escalate")?.value : undefined) ?? node;
  if (ladder.some((ms) => ms < 60_000 || ms > LONGEST_BLOCK_MS))
    report(context, place, "out_of_range", "a block lasts from 1 minute to 400 days");
  if (ladder.some((ms, index) => ms < (ladder[index - 1] ?? 0)))
    report(context, place, "low_above_high", "the durations of `escalate` must not fall");
  return ladder;
}

/** A rule cannot ask for mercy and for a block at once. */
function checkBlocks(rule: RuleDocument, node: JsonNode, context: CheckContext): void {
  if (rule.outcome?.atMost !== undefined)
    report(context, node, "auto_block", `the rule blocks automatically but caps the outcome at ${rule.outcome.atMost}`);
  else if ((rule.score ?? 0) <= 0 && rule.outcome?.atLeast === undefined)
    report(context, node, "auto_block", "the rule blocks automatically but adds no points and asks for no outcome");
}
