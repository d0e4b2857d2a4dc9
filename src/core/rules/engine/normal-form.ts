import type { FeatureSlot, Vocabulary } from "../../features/catalogue.ts";
import { type ConditionNode, type Literal, literalsOf, type Operand, type TestNode } from "../condition.ts";
import type { Comparison } from "../operator-row.ts";
import { operatorRow } from "../operators.ts";
import { type Atom, isRange, NEGATED, type RangeAtom } from "./atom.ts";
import type { ColumnBuilder } from "./columns.ts";
import { nextDown, nextUp } from "./neighbour.ts";

/** A condition without `not`: negations have moved into the atoms (De Morgan holds with unknown), groups hold no group of their own kind. */
export type NormalNode =
  | { readonly kind: "all" | "any"; readonly of: readonly NormalNode[] }
  | { readonly kind: "atom"; readonly atom: Atom };

export interface NormalFormParts {
  readonly vocabulary: Vocabulary;
  readonly defines: ReadonlyMap<string, ConditionNode>;
  /** Tests of each define, its own defines' included. */
  readonly sizes: ReadonlyMap<string, number>;
  readonly columns: ColumnBuilder;
  /** The number of a test that only a closure can decide. */
  readonly lazyTest: (test: TestNode) => number;
  /** The number of a define that is worth deciding once. */
  readonly lazyDefine: (name: string) => number;
}

/** A define of at most this many tests is written out where it is used: that is cheaper than remembering it, and the guards see into it. */
const INLINE_UP_TO = 8;

/** Brings a checked condition (or its negation) into normal form. */
export function normalForm(node: ConditionNode, isWanted: boolean, parts: NormalFormParts): NormalNode {
  if (node.kind === "not") return normalForm(node.of, !isWanted, parts);
  if (node.kind !== "test") {
    const kind = (node.kind === "all") === isWanted ? "all" : "any";
    return group(
      kind,
      node.of.map((part) => normalForm(part, isWanted, parts)),
    );
  }
  const define = parts.defines.get(node.name);
  if (define === undefined) return testForm(node, isWanted, parts);
  if ((parts.sizes.get(node.name) ?? 0) <= INLINE_UP_TO) return normalForm(define, isWanted, parts);
  return atomNode({ kind: "lazy", wanted: isWanted, lazy: parts.lazyDefine(node.name) });
}

const atomNode = (atom: Atom): NormalNode => ({ kind: "atom", atom });

function group(kind: "all" | "any", parts: readonly NormalNode[]): NormalNode {
  const flat = parts.flatMap((part) => (part.kind === kind ? part.of : [part]));
  const of = kind === "all" ? mergeRanges(flat) : flat;
  const [only] = of;
  return of.length === 1 && only !== undefined ? only : { kind, of };
}

/** Ranges of one column that must all hold are one range: their intersection, be it empty. */
function mergeRanges(parts: readonly NormalNode[]): readonly NormalNode[] {
  const ranges = new Map<number, RangeAtom>();
  const others: NormalNode[] = [];
  for (const part of parts) {
    if (part.kind !== "atom" || !isRange(part.atom)) {
      others.push(part);
      continue;
    }
    const { column, low, high } = part.atom;
    const known = ranges.get(column);
    const merged = { low: Math.max(low, known?.low ?? low), high: Math.min(high, known?.high ?? high) };
    ranges.set(column, { kind: "range", isInside: true, column, ...merged });
  }
  return [...[...ranges.values()].map(atomNode), ...others];
}

function testForm(test: TestNode, isWanted: boolean, parts: NormalFormParts): NormalNode {
  const feature = slotOf(test.name, parts.vocabulary);
  const { operand } = test;
  const { engine } = operatorRow(test.operator);
  const column = (): number => parts.columns.column(feature, test.or);
  switch (engine?.kind) {
    case "presence":
      return rangeOf("eq", parts.columns.presence(feature), literalOf(operand) === isWanted ? 1 : 0);
    case "comparison": {
      const op = isWanted ? engine.op : NEGATED[engine.op];
      if (operand.kind !== "feature") return rangeOf(op, column(), parts.columns.code(column(), literalOf(operand)));
      // Two texts do not compare as numbers: all texts that no rule names share one.
      if (parts.columns.readsOf(column()) === "text") break;
      return atomNode(compareColumns(op, column(), operand, parts));
    }
    case "bounds": {
      const [low = 0, high = 0] = literalsOf(operand).map(Number);
      return atomNode({ kind: "range", isInside: isWanted, column: column(), low, high });
    }
    case "set": {
      const values = literalsOf(operand).map((literal) => parts.columns.code(column(), literal));
      return atomNode({ kind: "set", isIn: engine.isIn === isWanted, column: column(), values });
    }
  }
  return atomNode({ kind: "lazy", wanted: isWanted, lazy: parts.lazyTest(test) });
}

function rangeOf(op: Comparison, column: number, value: number): NormalNode {
  const [low, high] = boundsOf(op, value);
  return atomNode({ kind: "range", isInside: op !== "ne", column, low, high });
}

function boundsOf(op: Comparison, value: number): readonly [low: number, high: number] {
  switch (op) {
    case "gt":
      return [nextUp(value), Number.POSITIVE_INFINITY];
    case "gte":
      return [value, Number.POSITIVE_INFINITY];
    case "lt":
      return [Number.NEGATIVE_INFINITY, nextDown(value)];
    case "lte":
      return [Number.NEGATIVE_INFINITY, value];
    case "eq":
    case "ne":
      return [value, value];
  }
}

function compareColumns(op: Comparison, column: number, operand: Extract<Operand, { kind: "feature" }>, parts: NormalFormParts): Atom {
  const other = parts.columns.column(slotOf(operand.name, parts.vocabulary), operand.or);
  return { kind: "column", op, column, other, times: operand.times, plus: operand.plus };
}

function slotOf(name: string, vocabulary: Vocabulary): FeatureSlot {
  const slot = vocabulary.byName.get(name);
  if (slot === undefined) throw new Error(`the ruleset reads \`${name}\`, which is not declared`);
  return slot;
}

function literalOf(operand: Operand): Literal {
  if (operand.kind === "literal") return operand.value;
  throw new Error("the ruleset holds a test with an operand of the wrong kind");
}
