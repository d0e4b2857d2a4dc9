import { DIMENSIONS } from "../event/entity.ts";
import { EVENT_STATUSES, EVENT_TYPES, TRANSACTION_TYPES } from "../event/event.ts";
import type { ZoneClock } from "../features/calendar.ts";
import { EVENT_FIELD_BY_NAME } from "../features/event-vocabulary.ts";
import { type ConditionNode, type Literal, literalsOf, type TestNode } from "../rules/condition.ts";
import { NO_LISTS } from "../rules/list.ts";
import { operatorRow, prepareLiterals } from "../rules/operators.ts";
import { FALSE, negate, TRUE, type Truth, toTruth, UNKNOWN } from "../rules/verdict.ts";
import { type DecodedLog, dimensionColumn } from "./decode-log.ts";
import type { DimensionHash } from "./dimension-hash.ts";

/** Whether the record at `index` meets a condition. */
export type RecordPredicate = (log: DecodedLog, index: number) => Truth;

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
      return (log, index) => negate(of(log, index));
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

function compileTest(test: TestNode, context: PredicateContext): RecordPredicate {
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

/** A test over one of a fixed list of names, answered once per name; a negative index is none. */
function named(test: TestNode, names: readonly string[], read: ReadNumber): RecordPredicate {
  const holds = decider(test, (literal) => String(literal).toLowerCase());
  const truths = names.map((name) => holds(name.toLowerCase()));
  const whenAbsent = absent(test, holds);
  return (log, index) => {
    const at = read(log, index);
    return at === null || at < 0 ? whenAbsent : (truths[at] ?? UNKNOWN);
  };
}

function compare(test: TestNode, read: ReadNumber, encode: (literal: Literal) => number): RecordPredicate {
  const holds = decider(test, encode);
  const whenAbsent = absent(test, holds);
  return (log, index) => {
    const value = read(log, index);
    return value === null ? whenAbsent : holds(value);
  };
}

/** Tests a record's value against the operands in the record's own encoding. */
function decider(test: TestNode, encode: (literal: Literal) => Literal): (value: Literal) => Truth {
  if (test.operand.kind === "feature") throw new Error("`where` compares with literals only");
  const { where, engine } = operatorRow(test.operator);
  if (where !== "equality" && where !== "value") throw new Error(`a log record cannot answer \`${test.operator}\``);
  const literals = literalsOf(test.operand);
  const operands = engine?.kind === "presence" ? literals : literals.map(encode);
  const holds = prepareLiterals(test.operator, operands, { type: "text", lists: NO_LISTS });
  return (value) => toTruth(holds(value));
}

function absent(test: TestNode, holds: (or: Literal) => Truth): Truth {
  if (operatorRow(test.operator).engine?.kind === "presence") return toTruth(literalsOf(test.operand)[0] === false);
  return test.or === null ? UNKNOWN : holds(test.or);
}
