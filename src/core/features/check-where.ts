import { checkCondition } from "../rules/check-condition.ts";
import { report } from "../rules/check-context.ts";
import type { ConditionNode, Operator } from "../rules/condition.ts";
import type { JsonNode } from "../rules/json-node.ts";
import type { DeclarationContext } from "./check-declaration.ts";
import { EVENT_FIELD_BY_NAME, EVENT_VOCABULARY, type EventField } from "./event-vocabulary.ts";

const EQUALITY: ReadonlySet<Operator> = new Set(["eq", "ne", "in", "notIn", "exists"]);
const IN_RECORD: ReadonlySet<Operator> = new Set([...EQUALITY, "gt", "gte", "lt", "lte", "between", "contains", "startsWith", "endsWith"]);

/** Checks a `where` over the event vocabulary against what its source can answer; undefined after reporting. */
export function checkWhere(node: JsonNode, source: "log" | "postgres", context: DeclarationContext): ConditionNode | undefined {
  const condition = checkCondition(node, EVENT_VOCABULARY, context.check);
  if (condition === null) return undefined;
  const complaint = complaintAbout(condition, source);
  if (complaint === null) return condition;
  report(context.check, node, "wrong_source", complaint);
  return undefined;
}

function complaintAbout(node: ConditionNode, source: "log" | "postgres"): string | null {
  switch (node.kind) {
    case "all":
    case "any":
      for (const part of node.of) {
        const complaint = complaintAbout(part, source);
        if (complaint !== null) return complaint;
      }
      return null;
    case "not":
      return complaintAbout(node.of, source);
    case "test": {
      if (node.operand.kind === "feature")
        return `\`${node.name}\` is compared with \`${node.operand.name}\`: a \`where\` compares with literals only`;
      if (node.operator === "inList") return "a `where` reads no named lists";
      const field = EVENT_FIELD_BY_NAME.get(node.name);
      const isHeld = field !== undefined && operatorsOf(field).has(node.operator);
      if (node.operator === "matches" && (source === "postgres" || !isHeld))
        return "a `where` cannot use `matches` here: neither Postgres nor a log record can answer it as rules do";
      if (source === "postgres" || field === undefined || isHeld) return null;
      return field.answer === "postgres"
        ? `a log record does not hold \`${node.name}\`: declare \`"source": "postgres"\``
        : `a log record holds only a hash of \`${node.name}\` and cannot answer \`${node.operator}\`: declare \`"source": "postgres"\``;
    }
  }
}

function operatorsOf(field: EventField): ReadonlySet<Operator> {
  if (field.answer === "record") return IN_RECORD;
  return field.answer === "equality" ? EQUALITY : new Set();
}
