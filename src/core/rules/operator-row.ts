import type { FeatureType } from "../features/value.ts";
import type { Literal } from "./condition.ts";
import type { ListLookup } from "./list.ts";
import type { Verdict } from "./verdict.ts";

/** Decides one present value. */
export type ValueTest = (value: Literal) => Verdict;

/** What an operator may need to prepare its test. */
export interface TestContext {
  readonly type: FeatureType;
  readonly lists: ListLookup;
}

/** Writes SQL for one dialect: `write` is its template tag (an array becomes a parenthesised list), `either` joins with `or`. */
export interface SqlWriter<S> {
  readonly write: (strings: TemplateStringsArray, ...parts: readonly (S | readonly S[])[]) => S;
  readonly either: (parts: readonly S[]) => S;
}
/** A history field in SQL: with the stand-in for an absent value, as stored, and the `inet` behind an address. */
export interface SqlField<S> {
  readonly stored: S;
  readonly value: S;
  readonly address: S;
}

export type JsonSchema = Readonly<Record<string, unknown>>;
/** JSON schemas an operand can be made of: a literal of the feature's type, and a literal or another feature. */
export interface OperandSchemas {
  readonly literal: JsonSchema;
  readonly operand: JsonSchema;
}

/**
 * How an operand is written and checked. `comparable`: a literal or another feature · `part`: the same, where a piece of an e-mail address is
 * text · `bounds`: low and high · `values`: a non-empty array · `regex`, `networks`, `list`, `flag`: what they say.
 */
export type OperandForm = "comparable" | "part" | "bounds" | "values" | "regex" | "networks" | "list" | "flag";

/** The compiled engine's form of a test; an operator without one runs as a closure, at most once an evaluation. */
export type EngineForm =
  | { readonly kind: "comparison"; readonly op: Comparison }
  | { readonly kind: "bounds" }
  | { readonly kind: "set"; readonly isIn: boolean }
  | { readonly kind: "presence" };
export type Comparison = "gt" | "lte" | "gte" | "lt" | "eq" | "ne";

/**
 * Which histories answer the operator in a `where`: a record's hash (`equality`), a record's own value (`value`), Postgres only (`sql`),
 * or none (`null`).
 */
export type WhereForm = "equality" | "value" | "sql" | null;

export interface OperatorRow {
  /** One line for the documentation and editors. */
  readonly summary: string;
  readonly suits: (type: FeatureType) => boolean;
  readonly operand: OperandForm;
  /** Compares with one literal; another feature can stand in its place. Operators of one value have this, others `prepare`. */
  readonly compare?: (value: Literal, operand: Literal) => boolean;
  readonly prepare?: (operands: readonly Literal[], context: TestContext) => ValueTest;
  readonly engine: EngineForm | null;
  readonly where: WhereForm;
  /** SQL whose null is D4's unknown; absent where Postgres cannot answer as core does. */
  readonly sql?: <S>(writer: SqlWriter<S>, field: SqlField<S>, operands: readonly S[]) => S;
  /** Worst case, in comparisons of numbers. */
  readonly cost: (operands: readonly Literal[]) => number;
  readonly schema: (schemas: OperandSchemas, type: FeatureType) => JsonSchema;
}
