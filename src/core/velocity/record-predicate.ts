import { DIMENSIONS } from "../event/entity.ts";
import { EVENT_STATUSES, EVENT_TYPES, TRANSACTION_TYPES } from "../event/event.ts";
import type { ZoneClock } from "../features/calendar.ts";
import { EVENT_FIELD_BY_NAME } from "../features/event-vocabulary.ts";
import type { ConditionNode, Literal } from "../rules/condition.ts";
import { type DecodedLog, dimensionColumn } from "./decode-log.ts";
import type { DimensionHash } from "./dimension-hash.ts";

/** Three values as numbers: all is the smallest, any the largest, not is 2 − x. */
export const FALSE = 0;
export const UNKNOWN = 1;
export const TRUE = 2;
export type Truth = typeof FALSE | typeof UNKNOWN | typeof TRUE;
/** Whether the record at `index` meets a condition. */
export type RecordPredicate = (log: DecodedLog, index: number) => Truth;

type Test = Extract<ConditionNode, { kind: "test" }>;
/** null is a value the record does not have. */
type ReadNumber = (log: DecodedLog, index: number) => number | null;

/** What a `where` needs besides the record. */
export interface PredicateContext {
  readonly hash: DimensionHash;
  readonly clock: ZoneClock;
}

/** Compiles a checked `where` over records. Throws on what a record cannot answer: `checkFeatures` refuses that. */
export function compilePredicate(node: ConditionNode, context: PredicateContext): RecordPredicate {
  switch (node.kind) {
    case "all":
      return combine(node.of, context, FALSE);
    case "any":
      return combine(node.of, context, TRUE);
    case "not": {
      const of = compilePredicate(node.of, context);
      return (log, index) => (TRUE - of(log, index)) as Truth;
    }
    case "test":
      return compileTest(node, context);
  }
}

/** Stops at the first `decisive` part; else unknown if any part is. */
function combine(nodes: readonly ConditionNode[], context: PredicateContext, decisive: typeof FALSE | typeof TRUE): RecordPredicate {
  const parts = nodes.map((node) => compilePredicate(node, context));
  return (log, index) => {
    let truth: Truth = decisive === FALSE ? TRUE : FALSE;
    for (const part of parts) {
      const one = part(log, index);
      if (one === decisive) return decisive;
      if (one === UNKNOWN) truth = UNKNOWN;
    }
    return truth;
  };
}

function compileTest(test: Test, context: PredicateContext): RecordPredicate {
  const field = EVENT_FIELD_BY_NAME.get(test.name);
  if (field?.dimension != null) {
    const dimension = field.dimension;
    const index = DIMENSIONS.indexOf(dimension);
    const read: ReadNumber = (log, i) => dimensionColumn(log, index)[i] || null;
    return compare(test, read, (literal) => context.hash.hash32(dimension, String(literal)));
  }
  switch (test.name) {
    case "event_type":
      return named(test, EVENT_TYPES, (log, i) => log.types[i] ?? null);
    case "status":
      return named(test, EVENT_STATUSES, (log, i) => log.status[i] ?? null);
    case "transaction_type":
      return named(test, TRANSACTION_TYPES, (log, i) => (log.transactionTypes[i] || 0) - 1);
    case "amount":
      return compare(test, (log, i) => atLeastZero(log.amounts[i]), Number);
    case "hour":
      return compare(test, (log, i) => context.clock.hour(log.times[i] ?? 0), Number);
    case "weekday":
      return compare(test, (log, i) => context.clock.weekday(log.times[i] ?? 0), Number);
    default:
      throw new Error(`a log record cannot answer \`${test.name}\``);
  }
}

function atLeastZero(value: number | undefined): number | null {
  return value === undefined || value < 0 ? null : value;
}

/** A test over one of a fixed list of names: answered once per name. −1 is none. */
function named(test: Test, names: readonly string[], read: ReadNumber): RecordPredicate {
  const truths = names.map((name) => holdsText(test, name.toLowerCase()));
  const whenAbsent = absent(test, (or) => holdsText(test, String(or)));
  return (log, index) => {
    const at = read(log, index);
    return at === null || at < 0 ? whenAbsent : (truths[at] ?? UNKNOWN);
  };
}

function compare(test: Test, read: ReadNumber, encode: (literal: Literal) => number): RecordPredicate {
  const operands = literalsOf(test).map(test.operator === "exists" ? Number : encode);
  const whenAbsent = absent(test, (or) => holdsNumber(test.operator, encode(or), operands));
  return (log, index) => {
    const value = read(log, index);
    return value === null ? whenAbsent : holdsNumber(test.operator, value, operands);
  };
}

function absent(test: Test, holds: (or: Literal) => Truth): Truth {
  if (test.operator === "exists") return truthOf(test.operand.kind === "literal" && test.operand.value === false);
  return test.or === null ? UNKNOWN : holds(test.or);
}

function literalsOf(test: Test): readonly Literal[] {
  if (test.operand.kind === "literal") return [test.operand.value];
  if (test.operand.kind === "list") return test.operand.values;
  throw new Error("`where` compares with literals only");
}

function holdsNumber(operator: Test["operator"], value: number, operands: readonly number[]): Truth {
  const [first = Number.NaN, second = Number.NaN] = operands;
  switch (operator) {
    case "eq":
      return truthOf(value === first);
    case "ne":
      return truthOf(value !== first);
    case "gt":
      return truthOf(value > first);
    case "gte":
      return truthOf(value >= first);
    case "lt":
      return truthOf(value < first);
    case "lte":
      return truthOf(value <= first);
    case "between":
      return truthOf(value >= first && value <= second);
    case "in":
      return truthOf(operands.includes(value));
    case "notIn":
      return truthOf(!operands.includes(value));
    case "exists":
      return truthOf(first !== 0);
    default:
      throw new Error(`a log record cannot answer \`${operator}\``);
  }
}

function holdsText(test: Test, value: string): Truth {
  const operands = literalsOf(test).map((literal) => String(literal).toLowerCase());
  const first = operands[0] ?? "";
  switch (test.operator) {
    case "eq":
      return truthOf(value === first);
    case "ne":
      return truthOf(value !== first);
    case "in":
      return truthOf(operands.includes(value));
    case "notIn":
      return truthOf(!operands.includes(value));
    case "contains":
      return truthOf(value.includes(first));
    case "startsWith":
      return truthOf(value.startsWith(first));
    case "endsWith":
      return truthOf(value.endsWith(first));
    case "exists":
      return truthOf(first !== "false");
    default:
      throw new Error(`a log record cannot answer \`${test.operator}\``);
  }
}

function truthOf(holds: boolean): Truth {
  return holds ? TRUE : FALSE;
}
