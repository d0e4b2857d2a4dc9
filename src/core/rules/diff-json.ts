/** A field that differs; null where a side does not have it. */
export interface FieldChange {
  readonly field: string;
  readonly from: unknown;
  readonly to: unknown;
}
/** A named thing that differs; `from` is null when it was added, `to` when it was removed. */
export interface EntryDifference {
  readonly name: string;
  readonly kind: "added" | "removed" | "changed";
  readonly from: unknown;
  readonly to: unknown;
}

type Json = Readonly<Record<string, unknown>>;

/** Whether two JSON values say the same; the order of keys does not count. */
export function jsonEquals(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b))
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((one, index) => jsonEquals(one, b[index]));
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && jsonEquals((a as Json)[key], (b as Json)[key]))
  );
}

/** Fields of two objects that differ, in order of name. */
export function fieldChanges(from: Json, to: Json): FieldChange[] {
  return [...new Set([...Object.keys(from), ...Object.keys(to)])]
    .sort()
    .filter((field) => !jsonEquals(from[field], to[field]))
    .map((field) => ({ field, from: from[field] ?? null, to: to[field] ?? null }));
}

/** Named values that differ: changed and added ones in the order of `to`, removed ones last. */
export function nameChanges(from: ReadonlyMap<string, unknown>, to: ReadonlyMap<string, unknown>): EntryDifference[] {
  const present = [...to].flatMap(([name, value]): EntryDifference[] => {
    if (!from.has(name)) return [{ name, kind: "added", from: null, to: value }];
    return jsonEquals(from.get(name), value) ? [] : [{ name, kind: "changed", from: from.get(name), to: value }];
  });
  const removed = [...from].filter(([name]) => !to.has(name));
  return [...present, ...removed.map(([name, value]): EntryDifference => ({ name, kind: "removed", from: value, to: null }))];
}
