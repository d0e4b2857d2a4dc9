import type { Vocabulary } from "../features/catalogue.ts";
import type { Facts, FeatureType, FeatureValue } from "../features/value.ts";
import type { StoredFacts } from "./answer.ts";

type Scalar = string | number | boolean | null;

/** A value as people and callers see it: money in major units, times as ISO 8601, durations in seconds; `null` is absent or missing. */
export function presentValue(value: FeatureValue, type: FeatureType, exponent: number): Scalar {
  if (value === null || value === undefined) return null;
  if (typeof value !== "number") return value;
  switch (type) {
    case "money":
      return value / 10 ** exponent;
    case "time":
      return new Date(value).toISOString();
    case "duration":
      return value / 1_000;
    case "count":
    case "ratio":
    case "hour":
    case "weekday":
    case "country":
    case "email":
    case "ip":
    case "id":
    case "text":
    case "boolean":
      return value;
  }
}

/** All facts as callers see them, by name; missing ones are left out. */
export function presentFacts(facts: Facts, vocabulary: Vocabulary, exponent: number): Record<string, Scalar> {
  const out: Record<string, Scalar> = {};
  for (const { slot, name, type } of vocabulary.slots) {
    const value = facts.values[slot];
    if (value !== undefined) out[name] = presentValue(value, type, exponent);
  }
  return out;
}

/** Each vocabulary's record with nothing in it: a copy of it has room for every name at once, where adding a hundred names makes room many times. */
const emptyRecords = new WeakMap<Vocabulary, Readonly<Record<string, Scalar>>>();

function emptyRecordOf(vocabulary: Vocabulary): Readonly<Record<string, Scalar>> {
  const known = emptyRecords.get(vocabulary);
  if (known !== undefined) return known;
  const record = Object.fromEntries(vocabulary.slots.map(({ name }) => [name, null]));
  emptyRecords.set(vocabulary, record);
  return record;
}

/** Facts for the record, by name in inside units: a ruleset that declares other slots can read them again. */
export function storeFacts(facts: Facts, vocabulary: Vocabulary): StoredFacts {
  const missing: string[] = [];
  for (const { slot, name } of vocabulary.slots) if (facts.values[slot] === undefined) missing.push(name);
  const values: Record<string, Scalar> = missing.length === 0 ? { ...emptyRecordOf(vocabulary) } : {};
  for (const { slot, name } of vocabulary.slots) {
    const value = facts.values[slot];
    if (value !== undefined) values[name] = value;
  }
  const marks: StoredFacts["marks"] = {};
  for (const [slot, mark] of facts.marks) {
    const name = vocabulary.slots[slot]?.name;
    if (name !== undefined) marks[name] = mark;
  }
  return { values, missing, marks };
}
