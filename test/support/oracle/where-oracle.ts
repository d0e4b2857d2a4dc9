import type { CanonicalEvent } from "../../../src/core/event/event.ts";
import { EVENT_FIELD_BY_NAME } from "../../../src/core/features/event-vocabulary.ts";
import type { ConditionNode, Literal } from "../../../src/core/rules/condition.ts";

type Value = number | string | null;

/** A `where` over one event in three values (true, false, null for unknown); hours and weekdays in UTC. */
export function meets(node: ConditionNode, event: CanonicalEvent): boolean | null {
  switch (node.kind) {
    case "all": {
      const parts = node.of.map((part) => meets(part, event));
      return parts.includes(false) ? false : parts.includes(null) ? null : true;
    }
    case "any": {
      const parts = node.of.map((part) => meets(part, event));
      return parts.includes(true) ? true : parts.includes(null) ? null : false;
    }
    case "not": {
      const of = meets(node.of, event);
      return of === null ? null : !of;
    }
    case "test": {
      const read = fieldOf(node.name, event);
      if (node.operator === "exists") return node.operand.kind === "literal" && node.operand.value === (read !== null);
      const value = read ?? node.or;
      if (value === null) return null;
      const operands = node.operand.kind === "list" ? node.operand.values : node.operand.kind === "literal" ? [node.operand.value] : [];
      return compare(node.operator, value, operands);
    }
  }
}

function fieldOf(name: string, event: CanonicalEvent): Value {
  switch (name) {
    case "event_type":
      return event.type;
    case "status":
      return event.status;
    case "transaction_type":
      return event.transactionType?.toLowerCase() ?? null;
    case "amount":
      return event.amountMinor;
    case "hour":
      return new Date(event.occurredAtMs).getUTCHours();
    case "weekday":
      return ((new Date(event.occurredAtMs).getUTCDay() + 6) % 7) + 1;
    default: {
      const dimension = EVENT_FIELD_BY_NAME.get(name)?.dimension;
      return dimension == null ? null : (event.dimensions[dimension] ?? null);
    }
  }
}

function compare(operator: string, value: Literal, operands: readonly Literal[]): boolean {
  const [first = 0, second = 0] = operands;
  switch (operator) {
    case "eq":
      return value === first;
    case "ne":
      return value !== first;
    case "gt":
      return value > first;
    case "gte":
      return value >= first;
    case "lt":
      return value < first;
    case "lte":
      return value <= first;
    case "between":
      return value >= first && value <= second;
    case "in":
      return operands.includes(value);
    case "notIn":
      return !operands.includes(value);
    case "contains":
      return String(value).includes(String(first));
    case "startsWith":
      return String(value).startsWith(String(first));
    case "endsWith":
      return String(value).endsWith(String(first));
    default:
      throw new Error(`the oracle does not know \`${operator}\``);
  }
}
