import type { Vocabulary } from "../features/catalogue.ts";
import type { FeatureValue } from "../features/value.ts";
import type { ConditionNode, Literal, Operand } from "./condition.ts";
import { covers, parsePrefix, partsOf } from "./ip-prefix.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import type { ListLookup } from "./list.ts";
import { compileRegex } from "./regex.ts";

export type TestNode = Extract<ConditionNode, { kind: "test" }>;

/** What a condition is worth (D4): `null` is unknown. */
export type Verdict = boolean | null;
export type PreparedTest = (values: readonly FeatureValue[]) => Verdict;

type Reader = (values: readonly FeatureValue[]) => FeatureValue;
type Compare = (value: Literal, operand: Literal) => boolean;

/**
 * One test of a declared feature, ready to run: any operator, at the price of a call or two. Absent, missing, and a list that is
 * not loaded give unknown; nothing is coerced, so a value of a wrong kind is unknown too. Throws on a name that is not declared, which a checked ruleset has not.
 */
export function prepareTest(test: TestNode, vocabulary: Vocabulary, lists: ListLookup): PreparedTest {
  const read = reader(test.name, test.or, vocabulary);
  const { operand } = test;
  switch (test.operator) {
    case "exists": {
      const isWanted = operand.kind === "literal" && operand.value === true;
      return (values) => {
        const value = read(values);
        return value === undefined ? null : (value !== null) === isWanted;
      };
    }
    case "eq":
      return comparison(read, operand, (a, b) => a === b, vocabulary);
    case "ne":
      return comparison(read, operand, (a, b) => a !== b, vocabulary);
    case "gt":
      return comparison(read, operand, (a, b) => a > b, vocabulary);
    case "gte":
      return comparison(read, operand, (a, b) => a >= b, vocabulary);
    case "lt":
      return comparison(read, operand, (a, b) => a < b, vocabulary);
    case "lte":
      return comparison(read, operand, (a, b) => a <= b, vocabulary);
    case "contains":
      return comparison(read, operand, (a, b) => String(a).includes(String(b)), vocabulary);
    case "startsWith":
      return comparison(read, operand, (a, b) => String(a).startsWith(String(b)), vocabulary);
    case "endsWith":
      return comparison(read, operand, (a, b) => String(a).endsWith(String(b)), vocabulary);
    case "between": {
      const [low = 0, high = 0] = literalsOf(operand);
      return onPresent(read, (value) => value >= low && value <= high);
    }
    case "in": {
      const set = new Set(literalsOf(operand));
      return onPresent(read, (value) => set.has(value));
    }
    case "notIn": {
      const set = new Set(literalsOf(operand));
      return onPresent(read, (value) => !set.has(value));
    }
    case "matches":
      return regexTest(read, test, vocabulary);
    case "cidr":
      return networkTest(read, operand);
    case "inList": {
      const name = String(literalsOf(operand)[0]);
      return onPresent(read, (value) => lists.get(name)?.has(String(value)) ?? null);
    }
  }
}

const isPresent = (value: FeatureValue): value is Literal => value !== null && value !== undefined;

const onPresent =
  (read: Reader, test: (value: Literal) => Verdict): PreparedTest =>
  (values) => {
    const value = read(values);
    return isPresent(value) ? test(value) : null;
  };

/** Reads a feature, an absent one as its stand-in. */
function reader(name: string, or: Literal | null, vocabulary: Vocabulary): Reader {
  const slot = vocabulary.byName.get(name)?.slot;
  if (slot === undefined) throw new Error(`the ruleset reads \`${name}\`, which is not declared`);
  if (or === null) return (values) => values[slot];
  return (values) => {
    const value = values[slot];
    return value === null ? or : value;
  };
}

function comparison(read: Reader, operand: Operand, compare: Compare, vocabulary: Vocabulary): PreparedTest {
  if (operand.kind !== "feature") {
    const [literal = ""] = literalsOf(operand);
    return onPresent(read, (value) => compare(value, literal));
  }
  const readOther = reader(operand.name, operand.or, vocabulary);
  const { times, plus } = operand;
  return (values) => {
    const value = read(values);
    const other = readOther(values);
    if (!isPresent(value) || !isPresent(other)) return null;
    return compare(value, typeof other === "number" ? other * times + plus : other);
  };
}

function regexTest(read: Reader, test: TestNode, vocabulary: Vocabulary): PreparedTest {
  const type = vocabulary.byName.get(test.name)?.type ?? "text";
  const regex = compileRegex(String(literalsOf(test.operand)[0]), type, DEFAULT_LIMITS.regexSize);
  if (!regex.ok) throw new Error(`the ruleset holds an expression that does not compile: ${regex.error}`);
  return onPresent(read, (value) => regex.value.test(String(value)));
}

function networkTest(read: Reader, operand: Operand): PreparedTest {
  const prefixes = literalsOf(operand).flatMap((text) => parsePrefix(String(text)) ?? []);
  return onPresent(read, (value) => {
    const parts = partsOf(String(value));
    return parts === null ? null : prefixes.some((prefix) => covers(prefix, parts));
  });
}

function literalsOf(operand: Operand): readonly Literal[] {
  return operand.kind === "list" ? operand.values : operand.kind === "literal" ? [operand.value] : [];
}
