import { type EntryDifference, type FieldChange, fieldChanges, jsonEquals, nameChanges } from "./diff-json.ts";
import { readDocument, readObject } from "./edit/read-document.ts";
import type { RuleSources } from "./sources.ts";

type Json = Readonly<Record<string, unknown>>;

/** One rule that is not the same on both sides; fields as analysts write them. */
export interface RuleDifference {
  readonly id: string;
  readonly kind: "added" | "removed" | "changed" | "moved";
  /** What differs, by field; of an added or removed rule all it says. */
  readonly fields: readonly FieldChange[];
}
/** What one set of sources says differently from another. Formatting and the order of keys do not count; the order of rules does. */
export interface SourcesDifference {
  readonly isSame: boolean;
  readonly rules: readonly RuleDifference[];
  readonly policy: readonly FieldChange[];
  readonly defines: readonly EntryDifference[];
  readonly features: readonly EntryDifference[];
  readonly whitelist: { readonly added: readonly unknown[]; readonly removed: readonly unknown[] };
  readonly cases: readonly EntryDifference[];
  /** Files that are not valid JSON on a side; what is in them is left out there. */
  readonly unreadable: readonly { readonly side: "from" | "to"; readonly file: string }[];
}

/** Compares two sets of sources rule by rule. Never throws, whatever the texts. */
export function diffSources(from: RuleSources, to: RuleSources): SourcesDifference {
  const [a, b] = [readSide(from), readSide(to)];
  const difference = {
    rules: diffRules(a.rules, b.rules),
    policy: fieldChanges(a.policy, b.policy),
    defines: nameChanges(a.defines, b.defines),
    features: nameChanges(a.features, b.features),
    whitelist: {
      added: b.whitelist.filter((entry) => !a.whitelist.some((other) => jsonEquals(entry, other))),
      removed: a.whitelist.filter((entry) => !b.whitelist.some((other) => jsonEquals(entry, other))),
    },
    cases: nameChanges(a.cases, b.cases),
    unreadable: [
      ...a.unreadable.map((file) => ({ side: "from" as const, file })),
      ...b.unreadable.map((file) => ({ side: "to" as const, file })),
    ],
  };
  const { rules, policy, defines, features, whitelist, cases, unreadable } = difference;
  const lists: readonly (readonly unknown[])[] = [rules, policy, defines, features, whitelist.added, whitelist.removed, cases, unreadable];
  return { isSame: lists.every(({ length }) => length === 0), ...difference };
}

interface Side {
  readonly rules: ReadonlyMap<string, Json>;
  readonly policy: Json;
  readonly defines: ReadonlyMap<string, unknown>;
  readonly features: ReadonlyMap<string, unknown>;
  readonly whitelist: readonly Json[];
  readonly cases: ReadonlyMap<string, unknown>;
  readonly unreadable: readonly string[];
}

function readSide({ files, cases, features }: RuleSources): Side {
  const documents = files.map((file) => readDocument(file));
  const read = documents.filter((document) => document !== null);
  const declared = readObject(features);
  const caseFiles = cases.map(({ name, text }) => ({ name, json: readObject(text) }));
  const policy = read.map(({ json }) => json.policy).find((one): one is Json => typeof one === "object" && one !== null);
  return {
    rules: new Map(
      read.flatMap(({ name, json, rules }) =>
        rules.map((rule) => [
          `${name}/${String(rule.id)}`,
          json.on === undefined || rule.on !== undefined ? rule : { ...rule, on: json.on },
        ]),
      ),
    ),
    policy: policy ?? {},
    defines: new Map(read.flatMap(({ name, define }) => Object.entries(define).map(([key, condition]) => [`${name}/${key}`, condition]))),
    features: new Map(Object.entries(declared ?? {}).filter(([key]) => key !== "$schema")),
    whitelist: read.flatMap(({ whitelist }) => whitelist),
    cases: new Map(
      caseFiles.flatMap(({ name, json }) =>
        (Array.isArray(json?.cases) ? json.cases : []).map((one: unknown, index): [string, unknown] => [
          `${name}: ${caseName(one) ?? `case ${index + 1}`}`,
          one,
        ]),
      ),
    ),
    unreadable: [
      ...files.filter((_, index) => documents[index] === null).map(({ name }) => name),
      ...caseFiles.filter(({ json }) => json === null).map(({ name }) => name),
      ...(declared === null ? ["features.json"] : []),
    ],
  };
}

const caseName = (one: unknown): string | null =>
  typeof one === "object" && one !== null && "name" in one && typeof one.name === "string" ? one.name : null;

/** In the order of `to`, removed ones last. */
function diffRules(from: ReadonlyMap<string, Json>, to: ReadonlyMap<string, Json>): RuleDifference[] {
  const moved = movedNames([...from.keys()], [...to.keys()]);
  const differences = [...to].flatMap(([id, rule]): RuleDifference[] => {
    const before = from.get(id);
    const fields = fieldChanges(before ?? {}, rule);
    if (before === undefined) return [{ id, kind: "added", fields }];
    if (fields.length > 0) return [{ id, kind: "changed", fields }];
    return moved.has(id) ? [{ id, kind: "moved", fields: [] }] : [];
  });
  const removed = [...from].filter(([id]) => !to.has(id));
  return [...differences, ...removed.map(([id, rule]): RuleDifference => ({ id, kind: "removed", fields: fieldChanges(rule, {}) }))];
}

/** The fewest names to take out so that the others, of those in both, stand in the same order. */
function movedNames(from: readonly string[], to: readonly string[]): ReadonlySet<string> {
  const places = new Map(from.map((name, index) => [name, index]));
  const after = to.filter((name) => places.has(name));
  const stay = new Set(longestRising(after.map((name) => places.get(name) ?? 0)));
  return new Set(after.filter((name) => !stay.has(places.get(name) ?? 0)));
}

/** The longest rising subsequence (patience sorting): each number remembers the one before it in the best run that it ends. */
function longestRising(numbers: readonly number[]): number[] {
  const ends: number[] = [];
  const before = new Map<number, number | undefined>();
  for (const number of numbers) {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] ?? 0) < number) low = middle + 1;
      else high = middle;
    }
    before.set(number, ends[low - 1]);
    ends[low] = number;
  }
  const run: number[] = [];
  for (let number = ends.at(-1); number !== undefined; number = before.get(number)) run.push(number);
  return run.reverse();
}
