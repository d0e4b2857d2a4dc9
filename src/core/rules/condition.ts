import type { Operator } from "./operators.ts";

/** A checked literal in inside units (money in minor units, durations in milliseconds, country upper case, email and text lower case). */
export type Literal = number | string | boolean;

export type Operand =
  | { readonly kind: "literal"; readonly value: Literal }
  | { readonly kind: "list"; readonly values: readonly Literal[] }
  /** `value × times + plus`; `or` stands in when the feature is absent. */
  | { readonly kind: "feature"; readonly name: string; readonly times: number; readonly plus: number; readonly or: Literal | null };

/** A condition after checking: multi-key objects are `all`, `none` is `not any`, every test has one operator. */
export type ConditionNode =
  | { readonly kind: "all" | "any"; readonly of: readonly ConditionNode[]; readonly path: string }
  | { readonly kind: "not"; readonly of: ConditionNode; readonly path: string }
  | {
      readonly kind: "test";
      readonly name: string;
      readonly operator: Operator;
      readonly operand: Operand;
      /** Stands in for an absent value of `name`. */
      readonly or: Literal | null;
      readonly path: string;
    };

export type TestNode = Extract<ConditionNode, { kind: "test" }>;

/** The literals of an operand; none for another feature. */
export function literalsOf(operand: Operand): readonly Literal[] {
  return operand.kind === "list" ? operand.values : operand.kind === "literal" ? [operand.value] : [];
}
