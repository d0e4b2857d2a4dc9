/** A parsed JSON value that knows where it stands in the text; duplicate keys are still all there. */
export type JsonNode = JsonObject | JsonArray | JsonScalar;

interface Placed {
  /** JSON path, e.g. `rules[3].conditions.amount`. */
  readonly path: string;
  /** Offset of its first character in the text. */
  readonly offset: number;
}
export interface JsonObject extends Placed {
  readonly kind: "object";
  readonly entries: readonly JsonEntry[];
}
export interface JsonArray extends Placed {
  readonly kind: "array";
  readonly items: readonly JsonNode[];
}
export interface JsonScalar extends Placed {
  readonly kind: "scalar";
  readonly value: string | number | boolean | null;
}
/** One key of an object; `offset` and `path` are the key's. */
export interface JsonEntry extends Placed {
  readonly key: string;
  readonly value: JsonNode;
}

const PLAIN_KEY = /^[A-Za-z_$][\w$-]*$/;

/** The path of a key below `parent`: `a.b`, or `a["odd key"]`. Very long keys are cut. */
export function keyPath(parent: string, key: string): string {
  if (!PLAIN_KEY.test(key) || key.length > 80) return `${parent}[${JSON.stringify(clip(key))}]`;
  return parent === "" ? key : `${parent}.${key}`;
}

/** Caller's input as it may appear in a message: at most 60 characters. */
export function clip(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}

/** A node as it may appear in a message. */
export function describe(node: JsonNode): string {
  if (node.kind === "object") return node.entries.length === 0 ? "`{}`" : "an object";
  if (node.kind === "array") return node.items.length === 0 ? "`[]`" : "an array";
  return `\`${clip(JSON.stringify(node.value))}\``;
}

/** The value of a key, or null when the object has no such key. */
export function entryOf(node: JsonObject, key: string): JsonEntry | null {
  return node.entries.find((entry) => entry.key === key) ?? null;
}

/** The deepest node on a path, and the key that was looked for below it and is not there. */
export function nodeAt(tree: JsonNode, path: readonly PropertyKey[]): { found: JsonNode; missing: string | null } {
  let found = tree;
  for (const step of path) {
    const next =
      found.kind === "object" ? entryOf(found, String(step))?.value : found.kind === "array" ? found.items[Number(step)] : undefined;
    if (next === undefined) return { found, missing: String(step) };
    found = next;
  }
  return { found, missing: null };
}
