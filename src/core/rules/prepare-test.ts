import type { Vocabulary } from "../features/catalogue.ts";
import type { FeatureValue } from "../features/value.ts";
import { type Literal, literalsOf, type TestNode } from "./condition.ts";
import type { ListLookup } from "./list.ts";
import { operatorRow, prepareLiterals } from "./operators.ts";
import type { Verdict } from "./verdict.ts";

export type PreparedTest = (values: readonly FeatureValue[]) => Verdict;

type Reader = (values: readonly FeatureValue[]) => FeatureValue;

/**
 * Prepares one test of a declared feature. Absent, missing, and a list that is not loaded give unknown; nothing is coerced, so a value of a
 * wrong kind is unknown too. Throws on a name that is not declared, which a checked ruleset does not have.
 */
export function prepareTest(test: TestNode, vocabulary: Vocabulary, lists: ListLookup): PreparedTest {
  const read = readerOf(test.name, test.or, vocabulary);
  const { operand } = test;
  const row = operatorRow(test.operator);
  if (row.engine?.kind === "presence") {
    const isWanted = literalsOf(operand)[0] === true;
    return (values) => {
      const value = read(values);
      return value === undefined ? null : (value !== null) === isWanted;
    };
  }
  if (operand.kind !== "feature") {
    const type = vocabulary.byName.get(test.name)?.type ?? "text";
    const holds = prepareLiterals(test.operator, literalsOf(operand), { type, lists });
    return (values) => {
      const value = read(values);
      return isPresent(value) ? holds(value) : null;
    };
  }
  const { compare } = row;
  if (compare === undefined) throw new Error(`\`${test.operator}\` does not compare with another feature`);
  const readOther = readerOf(operand.name, operand.or, vocabulary);
  const { times, plus } = operand;
  return (values) => {
    const value = read(values);
    const other = readOther(values);
    if (!isPresent(value) || !isPresent(other)) return null;
    return compare(value, typeof other === "number" ? other * times + plus : other);
  };
}

const isPresent = (value: FeatureValue): value is Literal => value !== null && value !== undefined;

/** Reads a feature, an absent one as its stand-in. */
function readerOf(name: string, or: Literal | null, vocabulary: Vocabulary): Reader {
  const slot = vocabulary.byName.get(name)?.slot;
  if (slot === undefined) throw new Error(`the ruleset reads \`${name}\`, which is not declared`);
  if (or === null) return (values) => values[slot];
  return (values) => {
    const value = values[slot];
    return value === null ? or : value;
  };
}
