import type * as z from "zod";
import type { Vocabulary } from "../features/catalogue.ts";
import { err, ok, type Result } from "../result.ts";
import { checkCondition } from "../rules/check-condition.ts";
import { type CheckContext, type CheckOptions, createCheckContext, report } from "../rules/check-context.ts";
import type { Fault } from "../rules/fault.ts";
import { entryOf, type JsonNode, nodeAt } from "../rules/json-node.ts";
import { parseDuration } from "../rules/literal.ts";
import { parseJson } from "../rules/parse-json.ts";
import { reportIssues } from "../rules/report-issues.ts";
import { DecisionTriggerDocument, EventTriggerDocument, TriggersDocument } from "./trigger-document.ts";
import type { DecisionTrigger, EventTrigger, Triggers } from "./triggers.ts";

const SHORTEST_MS = 1_000;
const LONGEST_MS = 30 * 86_400_000;

/** Checks the text of `rules/triggers.json` against the declared features; the error holds every fault with path, line and column. Never throws. */
export function checkTriggers(text: string, vocabulary: Vocabulary, options: CheckOptions = {}): Result<Triggers, readonly Fault[]> {
  const context = createCheckContext(text, options);
  const tree = parseJson(text, context);
  if (tree === null) return err(context.faults);
  const document = TriggersDocument.safeParse(JSON.parse(text));
  if (!document.success) {
    reportIssues(document.error.issues, tree, context, keysAt);
    return err(context.faults);
  }
  const { decisions, events } = document.data;
  reportSameIds(document.data, tree, context);
  const checkedDecisions = decisions.map((trigger, at) => checkDecision(trigger, placeOf(tree, "decisions", at), vocabulary, context));
  const checkedEvents = events.map((trigger, at) => checkEvent(trigger, placeOf(tree, "events", at), context));
  if (context.faults.length > 0) return err(context.faults);
  return ok({
    decisions: checkedDecisions.flatMap((trigger, at) => (trigger === null || decisions[at]?.enabled === false ? [] : [trigger])),
    events: checkedEvents.flatMap((trigger, at) => (trigger === null || events[at]?.enabled === false ? [] : [trigger])),
  });
}

const placeOf = (tree: JsonNode, ...path: readonly PropertyKey[]): JsonNode => nodeAt(tree, path).found;

function keysAt([section, , part]: readonly PropertyKey[]): readonly string[] {
  if (section === undefined) return Object.keys(TriggersDocument.shape);
  if (part === "followedBy") return ["event", "status"];
  return Object.keys(section === "decisions" ? DecisionTriggerDocument.shape : EventTriggerDocument.shape);
}

function reportSameIds({ decisions, events }: TriggersDocument, tree: JsonNode, context: CheckContext): void {
  const seen = new Set<string>();
  const places = [
    ...decisions.map(({ id }, at) => [id, placeOf(tree, "decisions", at, "id")] as const),
    ...events.map(({ id }, at) => [id, placeOf(tree, "events", at, "id")] as const),
  ];
  for (const [id, place] of places) {
    if (seen.has(id)) report(context, place, "duplicate_id", `another trigger already has the id \`${id}\``);
    seen.add(id);
  }
}

function checkDecision(
  trigger: z.infer<typeof DecisionTriggerDocument>,
  place: JsonNode,
  vocabulary: Vocabulary,
  context: CheckContext,
): DecisionTrigger | null {
  const { id, name, report: type, severity, about, blocked = false, riskScore = null } = trigger;
  const conditions = place.kind === "object" ? entryOf(place, "conditions") : null;
  if (conditions === null && !blocked && riskScore === null)
    return report(context, place, "missing_key", `\`${id}\` says nothing: give it \`conditions\`, \`blocked\` or \`riskScore\``);
  const condition = conditions === null ? null : checkCondition(conditions.value, vocabulary, context);
  const on = trigger.on ?? ["transaction"];
  return { id, name, report: type, severity, about, on: [...on], condition, blocked, riskScore };
}

function checkEvent(trigger: z.infer<typeof EventTriggerDocument>, place: JsonNode, context: CheckContext): EventTrigger | null {
  const { id, name, report: type, severity, about, event, status = null, atLeast, distinct = null, per, above } = trigger;
  const windowMs = parseDuration(trigger.window) ?? 0;
  const at = (key: string): JsonNode => nodeAt(place, [key]).found;
  if (windowMs < SHORTEST_MS || windowMs > LONGEST_MS)
    return report(context, at("window"), "out_of_range", `a window is from \`1s\` to \`30d\`, got \`${trigger.window}\``);
  if ((per === undefined) !== (above === undefined))
    return report(context, place, "missing_key", "`per` and `above` belong together: a share needs both");
  if (per !== undefined && distinct !== null)
    return report(context, at("distinct"), "invalid_value", "a share is of events: leave out `distinct`");
  if (per === "impression" && event !== "click")
    return report(context, at("per"), "invalid_value", "impressions are what clicks tell of: `event` must be `click`");
  if (per === "click" && event === "click") return report(context, at("per"), "invalid_value", "clicks per click are always 1");
  if (distinct === about) return report(context, at("distinct"), "invalid_value", `one ${about} has one ${about}: count another entity`);
  const share = per === undefined || above === undefined ? null : { per, above };
  const followedBy = (trigger.followedBy ?? []).map((step) => ({ event: step.event, status: step.status ?? null }));
  return { id, name, report: type, severity, about, event, status, windowMs, atLeast, distinct, share, followedBy };
}
