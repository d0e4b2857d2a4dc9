import type { Vocabulary } from "../../../src/core/features/catalogue.ts";
import type { FeatureType, FeatureValue } from "../../../src/core/features/value.ts";

/**
 * The rule language read straight from a document, the slow and obvious way: no normalising, no compiling, nothing shared with the engine.
 * `null` is unknown. Literals of money, duration and time are not converted by the engine's code but here, for two decimals.
 */
export type NaiveVerdict = boolean | null;
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type JsonRecord = { readonly [key: string]: Json };

export interface NaiveWorld {
  readonly vocabulary: Vocabulary;
  readonly values: readonly FeatureValue[];
  readonly define: JsonRecord;
  readonly lists: ReadonlyMap<string, ReadonlySet<string>>;
}

export function naiveVerdict(condition: Json, world: NaiveWorld): NaiveVerdict {
  return every(Object.entries(condition as JsonRecord).map(([key, value]) => naiveKey(key, value, world)));
}

function naiveKey(key: string, value: Json, world: NaiveWorld): NaiveVerdict {
  const several = (): NaiveVerdict[] => (value as readonly Json[]).map((one) => naiveVerdict(one, world));
  if (key === "all") return every(several());
  if (key === "any") return some(several());
  if (key === "none") return opposite(some(several()));
  if (key === "not") return opposite(naiveVerdict(value, world));
  const definition = world.define[key];
  if (definition !== undefined) {
    const verdict = naiveVerdict(definition, world);
    return value === true ? verdict : opposite(verdict);
  }
  if (typeof value !== "object" || value === null) return naiveTest(key, "eq", value, undefined, world);
  const { or, ...operators } = value as JsonRecord;
  return every(Object.entries(operators).map(([operator, operand]) => naiveTest(key, operator, operand, or, world)));
}

function naiveTest(name: string, operator: string, operand: Json, or: Json | undefined, world: NaiveWorld): NaiveVerdict {
  const slot = world.vocabulary.byName.get(name);
  if (slot === undefined) throw new Error(name);
  const { type } = slot;
  const raw = world.values[slot.slot];
  if (operator === "exists") return raw === undefined ? null : (raw !== null) === operand;
  const value = raw === null && or !== undefined ? inside(or, type) : raw;
  const other = resolve(operand, type, world);
  if (value === null || value === undefined || other === null || other === undefined) return null;
  const text = String(value);
  const list = Array.isArray(other) ? other : [];
  switch (operator) {
    case "eq":
      return value === other;
    case "ne":
      return value !== other;
    case "gt":
      return value > other;
    case "gte":
      return value >= other;
    case "lt":
      return value < other;
    case "lte":
      return value <= other;
    case "between":
      return value >= list[0] && value <= list[1];
    case "in":
      return list.includes(value);
    case "notIn":
      return !list.includes(value);
    case "contains":
      return text.includes(String(other));
    case "startsWith":
      return text.startsWith(String(other));
    case "endsWith":
      return text.endsWith(String(other));
    case "matches":
      return new RegExp(String(operand), "i").test(text);
    case "cidr":
      return [operand].flat().some((network) => inNetwork(text, String(network)));
    case "inList":
      return world.lists.get(String(operand))?.has(text) ?? null;
    default:
      throw new Error(operator);
  }
}

// biome-ignore lint/suspicious/noExplicitAny: a test oracle compares whatever it is given
function resolve(operand: Json, type: FeatureType, world: NaiveWorld): any {
  if (Array.isArray(operand)) return operand.map((one: Json) => inside(one, type));
  if (typeof operand !== "object" || operand === null) return inside(operand, type);
  const { feature, times, plus, or } = operand as JsonRecord;
  const slot = world.vocabulary.byName.get(String(feature));
  if (slot === undefined) throw new Error(String(feature));
  const raw = world.values[slot.slot];
  const value = raw === null && or !== undefined ? inside(or, slot.type) : raw;
  if (typeof value !== "number") return value;
  return value * Number(times ?? 1) + Number(inside(plus ?? 0, slot.type));
}

function inside(literal: Json, type: FeatureType): FeatureValue {
  if (type === "money" && typeof literal === "number") return Math.round(literal * 100);
  if (typeof literal !== "string") return literal as FeatureValue;
  if (type === "country") return literal.toUpperCase();
  return type === "text" || type === "email" ? literal.toLowerCase() : literal;
}

/** IPv4 only, by the text of its bits. */
function inNetwork(address: string, network: string): boolean {
  const bitsOf = (text: string): string =>
    text
      .split(".")
      .map((octet) => Number(octet).toString(2).padStart(8, "0"))
      .join("");
  const [base = "", length = "32"] = network.split("/");
  return bitsOf(address).startsWith(bitsOf(base).slice(0, Number(length)));
}

const opposite = (verdict: NaiveVerdict): NaiveVerdict => (verdict === null ? null : !verdict);
const every = (verdicts: readonly NaiveVerdict[]): NaiveVerdict =>
  verdicts.includes(false) ? false : verdicts.includes(null) ? null : true;
const some = (verdicts: readonly NaiveVerdict[]): NaiveVerdict => (verdicts.includes(true) ? true : verdicts.includes(null) ? null : false);
