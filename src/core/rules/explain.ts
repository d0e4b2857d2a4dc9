import { presentValue } from "../decision/present.ts";
import type { Vocabulary } from "../features/catalogue.ts";
import type { FeatureType, FeatureValue } from "../features/value.ts";
import type { ConditionNode, Literal, Operand, TestNode } from "./condition.ts";
import type { ListLookup } from "./list.ts";
import type { Operator } from "./operators.ts";
import { type PreparedTest, prepareTest } from "./prepare-test.ts";
import type { Verdict } from "./verdict.ts";

type Scalar = string | number | boolean | null;
type VerdictName = "true" | "false" | "unknown";

/** A condition with what it saw and what it came to; values as in answers (money in major units, times in ISO 8601). */
export type ExplainedNode =
  | { readonly kind: "all" | "any" | "not"; readonly verdict: VerdictName; readonly of: readonly ExplainedNode[] }
  | { readonly kind: "define"; readonly name: string; readonly verdict: VerdictName; readonly of: readonly ExplainedNode[] }
  | {
      readonly kind: "test";
      readonly feature: string;
      readonly operator: Operator;
      readonly verdict: VerdictName;
      readonly saw: Seen;
      readonly against: Seen | Scalar | readonly Scalar[];
      /** JSON path in the ruleset's file. */
      readonly path: string;
    };
interface Seen {
  /** The feature's name, where another one is compared with. */
  readonly feature?: string;
  readonly state: "present" | "absent" | "missing";
  readonly value: Scalar;
  /** What the value is multiplied by, and then raised by (durations in seconds), before it is compared; left out where it is 1 or 0. */
  readonly times?: number;
  readonly plus?: Scalar;
}

/** A condition ready to be told about one by one, rather than fast. */
interface Explainable {
  readonly verdict: (values: readonly FeatureValue[]) => Verdict;
  readonly explain: (values: readonly FeatureValue[]) => ExplainedNode;
  /** Adds the names of the features (or lists) whose absence leaves it unknown. */
  readonly collectMissing: (values: readonly FeatureValue[], into: Set<string>) => void;
}

export interface Explainer {
  explain(condition: ConditionNode, values: readonly FeatureValue[]): ExplainedNode;
  /** Names of the features, and lists as `list:name`, that left the condition unknown; empty when it is not unknown. */
  missing(condition: ConditionNode, values: readonly FeatureValue[]): readonly string[];
}

export interface ExplainerParts {
  readonly defines: ReadonlyMap<string, ConditionNode>;
  readonly vocabulary: Vocabulary;
  readonly lists: ListLookup;
  readonly currencyExponent: number;
}

/** Prepares each condition the first time it is asked about. */
export function createExplainer(parts: ExplainerParts): Explainer {
  const known = new Map<ConditionNode, Explainable>();
  const of = (condition: ConditionNode): Explainable => {
    const found = known.get(condition) ?? prepare(condition, parts, of);
    known.set(condition, found);
    return found;
  };
  return {
    explain: (condition, values) => of(condition).explain(values),
    missing(condition, values) {
      const names = new Set<string>();
      of(condition).collectMissing(values, names);
      return [...names];
    },
  };
}

const nameOf = (verdict: Verdict): VerdictName => (verdict === null ? "unknown" : verdict ? "true" : "false");

function prepare(node: ConditionNode, parts: ExplainerParts, of: (node: ConditionNode) => Explainable): Explainable {
  if (node.kind === "test") {
    const define = parts.defines.get(node.name);
    return define === undefined ? prepareLeaf(node, parts) : wrap("define", [of(define)], node.name);
  }
  return node.kind === "not" ? wrap("not", [of(node.of)]) : wrap(node.kind, node.of.map(of));
}

function wrap(kind: "all" | "any" | "not" | "define", inner: readonly Explainable[], name?: string): Explainable {
  const verdict = (values: readonly FeatureValue[]): Verdict => {
    const verdicts = inner.map((part) => part.verdict(values));
    const [first = null] = verdicts;
    if (kind === "not") return first === null ? null : !first;
    const decisive = kind === "any";
    if (verdicts.includes(decisive)) return decisive;
    return verdicts.includes(null) ? null : !decisive;
  };
  return {
    verdict,
    explain(values) {
      const of = inner.map((part) => part.explain(values));
      const told = nameOf(verdict(values));
      return kind === "define" ? { kind, name: name ?? "", verdict: told, of } : { kind, verdict: told, of };
    },
    collectMissing(values, into) {
      if (verdict(values) !== null) return;
      for (const part of inner) part.collectMissing(values, into);
    },
  };
}

function prepareLeaf(test: TestNode, parts: ExplainerParts): Explainable {
  const verdict: PreparedTest = prepareTest(test, parts.vocabulary, parts.lists);
  const { operand } = test;
  const other = operand.kind === "feature" ? operand : null;
  const see = (name: string, or: Literal | null, values: readonly FeatureValue[]): Seen => {
    const slot = parts.vocabulary.byName.get(name);
    const raw = slot === undefined ? undefined : values[slot.slot];
    const shown = raw === null && or !== null ? or : raw;
    const state = raw === undefined ? "missing" : raw === null ? "absent" : "present";
    return {
      state,
      value: presentValue(shown, slot?.type ?? "text", parts.currencyExponent),
    };
  };
  const type: FeatureType = parts.vocabulary.byName.get(test.name)?.type ?? "text";
  const show = (literal: Literal): Scalar => presentValue(literal, type, parts.currencyExponent);
  const scaleOf = ({ name, times, plus }: Extract<Operand, { kind: "feature" }>): Pick<Seen, "times" | "plus"> => {
    const type = parts.vocabulary.byName.get(name)?.type ?? "ratio";
    const shown = presentValue(plus, type === "time" ? "duration" : type, parts.currencyExponent);
    return { ...(times === 1 ? {} : { times }), ...(plus === 0 ? {} : { plus: shown }) };
  };
  return {
    verdict,
    explain: (values) => ({
      kind: "test",
      feature: test.name,
      operator: test.operator,
      verdict: nameOf(verdict(values)),
      saw: see(test.name, test.or, values),
      against:
        operand.kind === "feature"
          ? { feature: operand.name, ...see(operand.name, operand.or, values), ...scaleOf(operand) }
          : operand.kind === "list"
            ? operand.values.map(show)
            : show(operand.value),
      path: test.path,
    }),
    collectMissing(values, into) {
      if (verdict(values) !== null) return;
      const isGone = (name: string, or: Literal | null): boolean => {
        const slot = parts.vocabulary.byName.get(name)?.slot;
        const raw = slot === undefined ? undefined : values[slot];
        return raw === undefined || (raw === null && or === null);
      };
      const isOwnGone = isGone(test.name, test.or);
      const isOtherGone = other !== null && isGone(other.name, other.or);
      if (isOwnGone) into.add(test.name);
      if (other !== null && isOtherGone) into.add(other.name);
      if (!isOwnGone && !isOtherGone && test.operator === "inList" && operand.kind === "literal") into.add(`list:${operand.value}`);
    },
  };
}
