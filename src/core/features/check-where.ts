import { checkCondition } from "../rules/check-condition.ts";
import { report } from "../rules/check-context.ts";
import type { ConditionNode } from "../rules/condition.ts";
import type { JsonNode } from "../rules/json-node.ts";
import type { WhereForm } from "../rules/operator-row.ts";
import { operatorRow } from "../rules/operators.ts";
import type { DeclarationContext } from "./check-declaration.ts";
import { EVENT_FIELD_BY_NAME, EVENT_VOCABULARY, type EventField } from "./event-vocabulary.ts";

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
      const { where } = operatorRow(node.operator);
      if (where === null) return `a \`where\` cannot use \`${node.operator}\`: neither Postgres nor a log record can answer it as rules do`;
      const field = EVENT_FIELD_BY_NAME.get(node.name);
      if (source === "postgres" || field === undefined || isHeld(field, where)) return null;
      return field.answer === "postgres"
        ? `a log record does not hold \`${node.name}\`: declare \`"source": "postgres"\``
        : `a log record holds only a hash of \`${node.name}\` and cannot answer \`${node.operator}\`: declare \`"source": "postgres"\``;
    }
  }
}

/** Whether a log record can answer: it holds the field's value, or a hash that only equality can be asked of. */
const isHeld = ({ answer }: EventField, where: WhereForm): boolean =>
  where === "equality" ? answer !== "postgres" : where === "value" && answer === "record";
