import type { FeatureSlot, Vocabulary } from "../features/catalogue.ts";
import type { FeatureValue } from "../features/value.ts";
import type { Literal, TestNode } from "./condition.ts";
import { NO_LISTS } from "./list.ts";
import { isOrdered } from "./operators.ts";
import { type PreparedTest, prepareTest } from "./prepare-test.ts";

/** A test that must come out true, or false (unknown is neither). */
export interface WantedTest {
  readonly test: TestNode;
  readonly wanted: boolean;
}

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7];

/** Whether one feature could have a value, or be absent, so that all of these tests of it come out as wanted; true when it cannot tell. */
export function createFeatureJudge(vocabulary: Vocabulary): (name: string, tests: readonly WantedTest[]) => boolean {
  const prepared = new Map<TestNode, PreparedTest>();
  const isMet = ({ test, wanted }: WantedTest, slot: FeatureSlot, value: FeatureValue): boolean => {
    const run = prepared.get(test) ?? prepareTest(test, vocabulary, NO_LISTS);
    prepared.set(test, run);
    const values: FeatureValue[] = [];
    values[slot.slot] = value;
    return run(values) === wanted;
  };
  return (name, tests) => {
    const slot = vocabulary.byName.get(name);
    if (slot === undefined) return true;
    const canBeAbsent = tests.every((one) => (isOpen(one.test) ? one.test.or !== null : isMet(one, slot, null)));
    if (canBeAbsent) return true;
    if (tests.some(({ test, wanted }) => test.operator === "exists" && wantsAbsent(test, wanted))) return false;
    const closed = tests.filter(({ test }) => !isOpen(test) && test.operator !== "exists");
    const candidates = candidatesOf(slot, closed);
    if (candidates !== null) return candidates.some((value) => closed.every((one) => isMet(one, slot, value)));
    return !isOrdered(slot.type) || hasRoom(closed);
  };
}

/** What it compares with is not known here. */
const isOpen = ({ operand, operator }: TestNode): boolean => operand.kind === "feature" || operator === "inList";

const wantsAbsent = ({ operand }: TestNode, wanted: boolean): boolean => (operand.kind === "literal" && operand.value === true) !== wanted;

/** The only values that could do, where the type or a test leaves but a few; null when there are many. */
function candidatesOf({ type }: FeatureSlot, tests: readonly WantedTest[]): readonly Literal[] | null {
  for (const { test, wanted } of tests) {
    const { operator, operand } = test;
    if (operand.kind === "literal" && operator === (wanted ? "eq" : "ne")) return [operand.value];
    if (operand.kind === "list" && operator === (wanted ? "in" : "notIn")) return operand.values;
  }
  if (type === "boolean") return [true, false];
  if (type === "hour") return HOURS;
  return type === "weekday" ? WEEKDAYS : null;
}

/** Whether the bounds of numbers leave a value between them; single values that are shut out matter only where one value is left. */
function hasRoom(tests: readonly WantedTest[]): boolean {
  let [low, high, isLowOpen, isHighOpen] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, false, false];
  const raise = (to: number, isOpenEnd: boolean): void => {
    if (to > low || (to === low && isOpenEnd)) [low, isLowOpen] = [to, isOpenEnd];
  };
  const lower = (to: number, isOpenEnd: boolean): void => {
    if (to < high || (to === high && isOpenEnd)) [high, isHighOpen] = [to, isOpenEnd];
  };
  for (const { test, wanted } of tests) {
    const [first = 0, second = 0] = test.operand.kind === "list" ? test.operand.values.map(Number) : [];
    const value = test.operand.kind === "literal" ? Number(test.operand.value) : first;
    if (test.operator === (wanted ? "gt" : "lte")) raise(value, true);
    else if (test.operator === (wanted ? "gte" : "lt")) raise(value, false);
    else if (test.operator === (wanted ? "lt" : "gte")) lower(value, true);
    else if (test.operator === (wanted ? "lte" : "gt")) lower(value, false);
    else if (test.operator === "between" && wanted) {
      raise(first, false);
      lower(second, false);
    }
  }
  if (low !== high) return low < high;
  const isShutOut = tests.some(({ test, wanted }) => test.operator === (wanted ? "ne" : "eq") && isLiteral(test, low));
  return !isLowOpen && !isHighOpen && !isShutOut;
}

const isLiteral = ({ operand }: TestNode, value: number): boolean => operand.kind === "literal" && operand.value === value;
