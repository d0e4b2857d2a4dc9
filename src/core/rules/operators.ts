import { holds, type Network, parseNetwork } from "../address/network.ts";
import { parseAddress } from "../address/parse-address.ts";
import type { FeatureType } from "../features/value.ts";
import type { Literal } from "./condition.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import type { Comparison, EngineForm, JsonSchema, OperandSchemas, OperatorRow, TestContext, ValueTest } from "./operator-row.ts";
import { compileRegex } from "./regex.ts";

const ORDERED: ReadonlySet<FeatureType> = new Set(["money", "count", "ratio", "duration", "time", "hour", "weekday"]);
const WRITTEN: ReadonlySet<FeatureType> = new Set(["text", "email", "id"]);
const LISTED: ReadonlySet<FeatureType> = new Set(["country", "email", "ip", "id", "text"]);

/** Whether values of a type are numbers, which have an order. */
export const isOrdered = (type: FeatureType): boolean => ORDERED.has(type);

const any = (): boolean => true;
const written = (type: FeatureType): boolean => WRITTEN.has(type);
const cheap = (): number => 1;
const operandSchema = ({ operand }: OperandSchemas): JsonSchema => operand;
const partSchema = ({ operand }: OperandSchemas, type: FeatureType): JsonSchema =>
  type === "email" ? { anyOf: [{ type: "string" }, operand] } : operand;
const valuesSchema = ({ literal }: OperandSchemas): JsonSchema => ({ type: "array", minItems: 1, items: literal });
const comparison = (op: Comparison): EngineForm => ({ kind: "comparison", op });

/**
 * One row per operator: everything that the checker, both evaluators, the cost meter, `where`, SQL, the JSON schema and the documentation
 * know about it. Tests see present values only; `exists` is the one operator that also sees absent ones.
 */
export const OPERATOR_ROWS = {
  eq: {
    summary: "equals",
    suits: any,
    operand: "comparable",
    compare: (a, b) => a === b,
    engine: comparison("eq"),
    where: "equality",
    sql: ({ write }, { value }, [first]) => write`${value} = ${need(first)}`,
    cost: cheap,
    schema: operandSchema,
  },
  ne: {
    summary: "differs from",
    suits: any,
    operand: "comparable",
    compare: (a, b) => a !== b,
    engine: comparison("ne"),
    where: "equality",
    sql: ({ write }, { value }, [first]) => write`${value} <> ${need(first)}`,
    cost: cheap,
    schema: operandSchema,
  },
  gt: {
    summary: "is greater than",
    suits: isOrdered,
    operand: "comparable",
    compare: (a, b) => a > b,
    engine: comparison("gt"),
    where: "value",
    sql: ({ write }, { value }, [first]) => write`${value} > ${need(first)}`,
    cost: cheap,
    schema: operandSchema,
  },
  gte: {
    summary: "is at least",
    suits: isOrdered,
    operand: "comparable",
    compare: (a, b) => a >= b,
    engine: comparison("gte"),
    where: "value",
    sql: ({ write }, { value }, [first]) => write`${value} >= ${need(first)}`,
    cost: cheap,
    schema: operandSchema,
  },
  lt: {
    summary: "is less than",
    suits: isOrdered,
    operand: "comparable",
    compare: (a, b) => a < b,
    engine: comparison("lt"),
    where: "value",
    sql: ({ write }, { value }, [first]) => write`${value} < ${need(first)}`,
    cost: cheap,
    schema: operandSchema,
  },
  lte: {
    summary: "is at most",
    suits: isOrdered,
    operand: "comparable",
    compare: (a, b) => a <= b,
    engine: comparison("lte"),
    where: "value",
    sql: ({ write }, { value }, [first]) => write`${value} <= ${need(first)}`,
    cost: cheap,
    schema: operandSchema,
  },
  between: {
    summary: "lies between low and high, both included",
    suits: isOrdered,
    operand: "bounds",
    prepare:
      ([low = 0, high = 0]) =>
      (value) =>
        value >= low && value <= high,
    engine: { kind: "bounds" },
    where: "value",
    sql: ({ write }, { value }, [low, high]) => write`${value} between ${need(low)} and ${need(high)}`,
    cost: cheap,
    schema: ({ literal }) => ({ type: "array", minItems: 2, maxItems: 2, items: literal, description: "low and high, both included" }),
  },
  in: {
    summary: "is one of",
    suits: (type) => type !== "boolean",
    operand: "values",
    prepare: (operands) => {
      const values = new Set(operands);
      return (value) => values.has(value);
    },
    engine: { kind: "set", isIn: true },
    where: "equality",
    sql: ({ write }, { value }, operands) => write`${value} in ${operands}`,
    cost: () => 2,
    schema: valuesSchema,
  },
  notIn: {
    summary: "is none of",
    suits: (type) => type !== "boolean",
    operand: "values",
    prepare: (operands) => {
      const values = new Set(operands);
      return (value) => !values.has(value);
    },
    engine: { kind: "set", isIn: false },
    where: "equality",
    sql: ({ write }, { value }, operands) => write`${value} not in ${operands}`,
    cost: () => 2,
    schema: valuesSchema,
  },
  contains: {
    summary: "contains a text",
    suits: written,
    operand: "part",
    compare: (a, b) => String(a).includes(String(b)),
    engine: null,
    where: "value",
    sql: ({ write }, { value }, [part]) => write`position(${need(part)} in ${value}) > 0`,
    cost: () => 5,
    schema: partSchema,
  },
  startsWith: {
    summary: "starts with a text",
    suits: written,
    operand: "part",
    compare: (a, b) => String(a).startsWith(String(b)),
    engine: null,
    where: "value",
    sql: ({ write }, { value }, [part]) => write`starts_with(${value}, ${need(part)})`,
    cost: () => 5,
    schema: partSchema,
  },
  endsWith: {
    summary: "ends with a text",
    suits: written,
    operand: "part",
    compare: (a, b) => String(a).endsWith(String(b)),
    engine: null,
    where: "value",
    sql: ({ write }, { value }, [part]) => write`right(${value}, length(${need(part)})) = ${need(part)}`,
    cost: () => 5,
    schema: partSchema,
  },
  matches: {
    summary: "matches an RE2 expression, found anywhere; anchor with `^` and `$`",
    suits: written,
    operand: "regex",
    prepare: ([pattern = ""], { type }) => {
      const regex = compileRegex(String(pattern), type, DEFAULT_LIMITS.regexSize);
      if (!regex.ok) throw new Error(`the ruleset holds an expression that does not compile: ${regex.error}`);
      return (value) => regex.value.test(String(value));
    },
    engine: null,
    where: null,
    cost: ([pattern = ""]) => 20 + regexSize(String(pattern)),
    schema: () => ({ type: "string", description: "an RE2 expression, found anywhere; anchor with ^ and $" }),
  },
  cidr: {
    summary: "lies in one of the networks",
    suits: (type) => type === "ip",
    operand: "networks",
    prepare: (operands) => {
      const networks = operands.flatMap((text): Network[] => {
        const network = parseNetwork(String(text));
        return network === null ? [] : [network];
      });
      return (value) => {
        const address = parseAddress(String(value));
        return address === null ? null : networks.some((network) => holds(network, address));
      };
    },
    engine: null,
    where: "sql",
    // The address itself, not its /64: a prefix may be longer.
    sql: ({ write, either }, { address }, operands) => either(operands.map((network) => write`${address} <<= ${network}::inet`)),
    // Networks are compared one by one.
    cost: (operands) => 5 + operands.length,
    schema: () => ({ anyOf: [{ type: "string" }, { type: "array", minItems: 1, items: { type: "string" } }] }),
  },
  inList: {
    summary: "is on a named list of the same type; unknown while the list is not loaded",
    suits: (type) => LISTED.has(type),
    operand: "list",
    prepare:
      ([name = ""], { lists }) =>
      (value) =>
        lists.get(String(name))?.has(String(value)) ?? null,
    engine: null,
    where: null,
    cost: () => 5,
    schema: () => ({ type: "string", description: "the name of a list" }),
  },
  exists: {
    summary: "is present (`true`) or absent (`false`)",
    suits: any,
    operand: "flag",
    prepare:
      ([isWanted]) =>
      () =>
        isWanted === true,
    engine: { kind: "presence" },
    where: "equality",
    sql: ({ write }, { stored }, [isWanted]) => write`(${stored} is not null) = ${need(isWanted)}`,
    cost: cheap,
    schema: () => ({ type: "boolean" }),
  },
} as const satisfies Readonly<Record<string, OperatorRow>>;

export type Operator = keyof typeof OPERATOR_ROWS;
export const OPERATORS = Object.keys(OPERATOR_ROWS) as readonly Operator[];

export const operatorRow = (operator: Operator): OperatorRow => OPERATOR_ROWS[operator];
export const isOperator = (name: string): name is Operator => Object.hasOwn(OPERATOR_ROWS, name);

/** The operators that apply to a type, for messages and editors. */
export const operatorsOf = (type: FeatureType): readonly Operator[] => OPERATORS.filter((operator) => operatorRow(operator).suits(type));

/** The test of a present value against checked literals. */
export function prepareLiterals(operator: Operator, operands: readonly Literal[], context: TestContext): ValueTest {
  const { compare, prepare } = operatorRow(operator);
  if (prepare !== undefined) return prepare(operands, context);
  const [first] = operands;
  if (compare === undefined || first === undefined) throw new Error(`\`${operator}\` has no operand to compare with`);
  return (value) => compare(value, first);
}

const regexSizes = new Map<string, number>();
const REGEX_SIZES_KEPT = 1_000;

function regexSize(pattern: string): number {
  const known = regexSizes.get(pattern);
  if (known !== undefined) return known;
  const regex = compileRegex(pattern, "text", DEFAULT_LIMITS.regexSize);
  const size = regex.ok ? regex.value.size : DEFAULT_LIMITS.regexSize;
  if (regexSizes.size >= REGEX_SIZES_KEPT) regexSizes.clear();
  regexSizes.set(pattern, size);
  return size;
}

function need<S>(operand: S | undefined): S {
  if (operand === undefined) throw new Error("a checked test always has its operands");
  return operand;
}
