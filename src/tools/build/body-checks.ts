/**
 * Writes `src/core/event/body-checks.generated.ts`: the schemas of a transaction and an event as straight-line code, since workerd compiles nothing
 * at run time and zod's interpreter takes three quarters of the time of parsing. Run it (`npm run checks`) when a schema changes.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type * as z from "zod";
import { hasFewEntries, isStorable, lowerCased } from "../../core/event/fields.ts";
import { Event, Transaction } from "../../core/event/schema.ts";
import { REPOSITORY } from "../local/repository.ts";

const FILE = "src/core/event/body-checks.generated.ts";
type Node = z.core.$ZodTypes;
type Check = z.core.$ZodChecks;

/** Functions that schemas call, by what the written code calls: a schema that brings another one cannot be written. */
const CALLS: ReadonlyMap<unknown, (value: string) => string> = new Map<unknown, (value: string) => string>([
  [isStorable, (value) => `isStorable(${value})`],
  [hasFewEntries, (value) => `hasFewEntries(${value})`],
  [lowerCased, (value) => `lowerCased(${value})`],
  [String, (value) => `String(${value})`],
]);

/** Collects one function for each schema that more than one place uses. */
interface Writer {
  /** Name of the function that reads a value of this schema; `undefined` is its refusal. */
  readerOf(schema: z.core.$ZodType): string;
}

/** The module's text. Throws on a schema of a kind it does not know. */
export function writeBodyChecks(): string {
  const functions: string[] = [];
  const known = new Map<z.core.$ZodType, string>();
  const writer: Writer = {
    readerOf(schema) {
      const found = known.get(schema);
      if (found !== undefined) return found;
      const name = `read${known.size + 1}`;
      known.set(schema, name);
      const body = statementsOf(schema as Node, writer);
      functions.push(`function ${name}(input: unknown): unknown {\n${indented(body)}\n}`);
      return name;
    },
  };
  const transaction = writer.readerOf(Transaction);
  const event = writer.readerOf(Event);
  return `// Written by src/tools/build/body-checks.ts from schema.ts: change the schema and run \`npm run checks\`.
import { hasFewEntries, isStorable, lowerCased } from "./fields.ts";

type Fields = Record<string, unknown>;
const isObject = (input: unknown): input is Fields => typeof input === "object" && input !== null && !Array.isArray(input);

/** A body that fits \`Transaction\`, as the schema would give it; undefined for any other, of which the schema says what is wrong. */
export const checkedTransaction = (body: unknown): Fields | undefined => ${transaction}(body) as Fields | undefined;

/** The same for \`Event\`. */
export const checkedEvent = (body: unknown): Fields | undefined => ${event}(body) as Fields | undefined;

${functions.join("\n\n")}
`;
}

/** Statements that return what the schema makes of \`input\`. */
function statementsOf(schema: Node, writer: Writer): string[] {
  const { def } = schema._zod;
  switch (def.type) {
    case "string":
      return [`if (typeof input !== "string") return undefined;`, ...checked("string", schema)];
    case "number":
      return [`if (typeof input !== "number" || !Number.isFinite(input)) return undefined;`, ...checked("number", schema)];
    case "boolean":
      return [`return typeof input === "boolean" ? input : undefined;`];
    case "null":
      return ["return input === null ? null : undefined;"];
    case "enum":
      return [`return ${isOneOf(Object.values(def.entries))} ? input : undefined;`];
    case "literal":
      return [`return ${isOneOf(def.values)} ? input : undefined;`];
    case "pipe":
      return [
        `const inner = ${writer.readerOf(def.in)}(input);`,
        "if (inner === undefined) return undefined;",
        ...outOf(def.out as Node, writer),
        ...checked("unknown", schema, "piped"),
      ];
    case "object":
      return objectStatements(def, writer);
    case "record":
      return recordStatements(def, schema, writer);
    case "array":
      return [
        "if (!Array.isArray(input)) return undefined;",
        ...conditionsOf(schema).map(({ test }) => `if (!(${test("input")})) return undefined;`),
        "const out: unknown[] = [];",
        "for (const item of input) {",
        `  const read = ${writer.readerOf(def.element)}(item);`,
        "  if (read === undefined) return undefined;",
        "  out.push(read);",
        "}",
        "return out;",
      ];
    case "union":
      return "discriminator" in def ? discriminated(def as z.core.$ZodDiscriminatedUnionDef, writer) : unionStatements(def.options, writer);
    default:
      throw new Error(`a schema of the kind \`${def.type}\` cannot be written`);
  }
}

const isOneOf = (values: readonly unknown[]): string => values.map((value) => `input === ${JSON.stringify(value)}`).join(" || ");

function outOf(out: Node, writer: Writer): string[] {
  const { def } = out._zod;
  if (def.type === "transform") return [`const piped = ${callOf(def.transform)("inner as string")};`];
  return [`const piped = ${writer.readerOf(out)}(inner);`, "if (piped === undefined) return undefined;"];
}

function unionStatements(options: readonly z.core.$ZodType[], writer: Writer): string[] {
  const calls = options.map((option) => `${writer.readerOf(option)}(input)`);
  const last = calls.at(-1) ?? "undefined";
  // A value that a reader gives is never undefined, so the first that gives one is the first that fits.
  const tries = calls.slice(0, -1).flatMap((call, at) => [`const as${at} = ${call};`, `if (as${at} !== undefined) return as${at};`]);
  return [...tries, `return ${last};`];
}

function discriminated(def: z.core.$ZodDiscriminatedUnionDef, writer: Writer): string[] {
  const { discriminator } = def;
  const cases = def.options.flatMap((option) => {
    const { shape } = (option as z.core.$ZodObject)._zod.def;
    const values = [...((shape[discriminator] as z.core.$ZodType)._zod.values ?? [])];
    return [...values.map((value) => `  case ${JSON.stringify(value)}:`), `    return ${writer.readerOf(option)}(input);`];
  });
  return [
    `if (!isObject(input)) return undefined;`,
    `switch (input.${discriminator}) {`,
    ...cases,
    "  default:",
    "    return undefined;",
    "}",
  ];
}

function objectStatements(def: z.core.$ZodObjectDef, writer: Writer): string[] {
  if (def.catchall?._zod.def.type !== "never") throw new Error("only strict objects are written");
  const fields = Object.entries(def.shape).flatMap(([name, field]) => {
    const { def: wrapped } = (field as Node)._zod;
    const isOptional = wrapped.type === "optional";
    const read = writer.readerOf(isOptional ? wrapped.innerType : field);
    const take = [
      `  const read = ${read}(${at("input", name)});`,
      "  if (read === undefined) return undefined;",
      `  ${at("out", name)} = read;`,
      "  fields++;",
    ];
    return [isOptional ? `if (${at("input", name)} !== undefined) {` : "{", ...take, "}"];
  });
  return [
    "if (!isObject(input)) return undefined;",
    "const out: Fields = {};",
    "let fields = 0;",
    ...fields,
    // What was not taken is unknown, or stands there undefined.
    "return fields === Object.keys(input).length ? out : undefined;",
  ];
}

const at = (object: string, name: string): string =>
  /^[a-z_$][\w$]*$/i.test(name) ? `${object}.${name}` : `${object}[${JSON.stringify(name)}]`;

function recordStatements(def: z.core.$ZodRecordDef, schema: Node, writer: Writer): string[] {
  return [
    "if (!isObject(input)) return undefined;",
    "const out: Fields = {};",
    "for (const key of Object.keys(input)) {",
    // The schema leaves one out and looks at the other: what it makes of them is its own business.
    `  if (key === "__proto__" || key === "constructor" || ${writer.readerOf(def.keyType)}(key) === undefined) return undefined;`,
    `  const read = ${writer.readerOf(def.valueType)}(input[key]);`,
    "  if (read === undefined) return undefined;",
    "  out[key] = read;",
    "}",
    ...conditionsOf(schema).map(({ test }) => `if (!(${test("out")})) return undefined;`),
    "return out;",
  ];
}

/** The checks of a text, a number or a pipe upon \`from\`, and the return of what they leave. */
function checked(type: "string" | "number" | "unknown", schema: Node, from = "input"): string[] {
  const steps = conditionsOf(schema);
  const changes = steps.some(({ change }) => change !== null);
  const value = changes ? "value" : from;
  const lines = steps.map(({ change, test }) =>
    change === null ? `if (!(${test(value)})) return undefined;` : `value = ${change(value)};`,
  );
  return [...(changes ? [`let value: ${type} = ${from};`] : []), ...lines, `return ${value};`];
}

interface Step {
  readonly test: (value: string) => string;
  readonly change: ((value: string) => string) | null;
}

function conditionsOf(schema: Node): Step[] {
  const def = schema._zod.def as unknown as { readonly checks?: readonly Check[]; readonly check?: string };
  const own = def.check === undefined ? [] : [stepOf(schema._zod.def as unknown as Check["_zod"]["def"])];
  return [...own, ...(def.checks ?? []).map((check) => stepOf(check._zod.def))];
}

function stepOf(given: Check["_zod"]["def"]): Step {
  const step = (test: (value: string) => string): Step => ({ test, change: null });
  const def = given as z.core.$ZodChecks["_zod"]["def"] | { readonly check: "custom"; readonly fn: unknown };
  switch (def.check) {
    case "min_length":
      return step((value) => `${value}.length >= ${def.minimum}`);
    case "max_length":
      return step((value) => `${value}.length <= ${def.maximum}`);
    case "greater_than":
      return step((value) => `${value} ${def.inclusive ? ">=" : ">"} ${def.value}`);
    case "less_than":
      return step((value) => `${value} ${def.inclusive ? "<=" : "<"} ${def.value}`);
    case "number_format":
      if (def.format !== "safeint") break;
      return step((value) => `Number.isSafeInteger(${value})`);
    case "string_format":
      if (def.pattern === undefined) break;
      return step((value) => `${def.pattern}.test(${value})`);
    case "overwrite":
      return { test: () => "true", change: changeOf(def.tx) };
    case "custom":
      return step((value) => callOf((def as { readonly fn: unknown }).fn)(`${value}${needsText(value)}`));
  }
  throw new Error(`a check \`${def.check}\` cannot be written`);
}

const needsText = (value: string): string => (value === "piped" ? " as string" : "");

/** zod's own changes of a text are told apart by what they do. */
function changeOf(change: (value: unknown) => unknown): (value: string) => string {
  const seen = change(" aB ");
  if (seen === "aB") return (value) => `${value}.trim()`;
  if (seen === " AB ") return (value) => `${value}.toUpperCase()`;
  if (seen === " ab ") return (value) => `${value}.toLowerCase()`;
  throw new Error("a change of a text that cannot be written");
}

function callOf(called: unknown): (value: string) => string {
  const call = CALLS.get(called);
  if (call === undefined) throw new Error(`a schema calls a function that cannot be written: ${String(called)}`);
  return call;
}

const indented = (lines: readonly string[]): string => lines.map((line) => `  ${line}`).join("\n");

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) writeFileSync(join(REPOSITORY, FILE), writeBodyChecks());
