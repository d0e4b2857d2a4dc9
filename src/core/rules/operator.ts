import type { FeatureType } from "../features/value.ts";
import { OPERATORS, type Operator } from "./condition.ts";

const ORDERED: ReadonlySet<FeatureType> = new Set(["money", "count", "ratio", "duration", "time", "hour", "weekday"]);
const WRITTEN: ReadonlySet<FeatureType> = new Set(["text", "email", "id"]);
const LISTED: ReadonlySet<FeatureType> = new Set(["country", "email", "ip", "id", "text"]);

/** Whether values of a type are numbers, which have an order. */
export const isOrdered = (type: FeatureType): boolean => ORDERED.has(type);

/** Whether an operator makes sense on a type. */
export function suits(operator: Operator, type: FeatureType): boolean {
  switch (operator) {
    case "eq":
    case "ne":
    case "exists":
      return true;
    case "gt":
    case "gte":
    case "lt":
    case "lte":
    case "between":
      return ORDERED.has(type);
    case "in":
    case "notIn":
      return type !== "boolean";
    case "contains":
    case "startsWith":
    case "endsWith":
    case "matches":
      return WRITTEN.has(type);
    case "cidr":
      return type === "ip";
    case "inList":
      return LISTED.has(type);
  }
}

/** The operators a type has, for messages and editors. */
export const operatorsOf = (type: FeatureType): readonly Operator[] => OPERATORS.filter((operator) => suits(operator, type));

export const isOperator = (name: string): name is Operator => (OPERATORS as readonly string[]).includes(name);
