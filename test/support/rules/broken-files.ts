/** One way to break a ruleset file, the text it leaves, and the JSON path of the harm (empty where the text is no JSON any more). */
export interface BrokenFile {
  readonly what: string;
  readonly path: string;
  readonly text: string;
}

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
/** Stands for a key that JSON.stringify must not know as what it is. */
const HOSTILE = "hostile-key";

/** Files that no checker may let through, all made from one good one: cut, grown, of wrong types, nested, doubled, with hostile keys and expressions. */
export function brokenFiles(original: string): readonly BrokenFile[] {
  const read = (): { [key: string]: Json } => JSON.parse(original) as { [key: string]: Json };
  const broken: BrokenFile[] = [];
  const add = (what: string, path: string, document: Json): void => {
    broken.push({ what, path, text: JSON.stringify(document, null, 2) });
  };
  const end = original.trimEnd().length;
  for (let part = 0; part < 60; part++) broken.push({ what: "cut", path: "", text: original.slice(0, Math.floor((end * part) / 60)) });
  broken.push({ what: "ten times larger", path: "", text: original.repeat(10) });
  broken.push({ what: "larger than any file may be", path: "", text: original + " ".repeat(2_000_001) });

  for (const { path, at } of everyPlace(read(), "", [])) {
    const document = read();
    const [parent, key] = parentOf(document, at);
    const value = parent[key] as Json;
    (parent as { [key: string]: Json })[key] = wrongType(value);
    add("wrong type", path, document);
    if (typeof value !== "object" || value === null || Array.isArray(value)) continue;
    for (const name of ["__proto__", "constructor"]) {
      const hostile = read();
      const [owner, own] = parentOf(hostile, at);
      (owner[own] as { [key: string]: Json })[HOSTILE] = { polluted: true };
      broken.push({ what: `hostile key ${name}`, path, text: JSON.stringify(hostile, null, 2).replace(HOSTILE, name) });
    }
  }

  const rules = (read().rules as Json[]).length;
  for (let index = 0; index < rules; index++) {
    const document = read();
    const all = document.rules as Json[];
    all.push(structuredClone(all[index] ?? null));
    add("the same id twice", "rules", document);
    for (const [what, changes] of RULE_CHANGES) {
      const changed = read();
      Object.assign((changed.rules as Json[])[index] as object, changes);
      add(what, `rules[${index}]`, changed);
    }
  }
  return broken;
}

const nested = (levels: number): Json => (levels === 0 ? { amount: 1 } : { not: nested(levels - 1) });
const matching = (expression: string) => ({ conditions: { user_agent: { matches: expression } } });
const RULE_CHANGES: readonly (readonly [string, { [key: string]: Json }])[] = [
  ["an expression that is none", matching("(a+")],
  ["an expression that looks back", matching("(a+)+\\1")],
  ["an expression that explodes", matching("((a{1,50}){1,50}){1,50}")],
  ["nested without end", { conditions: nested(200) }],
  ["a contradiction", { mode: "live", conditions: { amount: { gt: 5, lt: 3 } } }],
];

interface Place {
  readonly path: string;
  readonly at: readonly (string | number)[];
}

function* everyPlace(value: Json, path: string, at: readonly (string | number)[]): Generator<Place> {
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    const own = Array.isArray(value) ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`;
    const there = [...at, key];
    yield { path: own, at: there };
    yield* everyPlace(inner, own, there);
  }
}

function parentOf(document: Json, at: readonly (string | number)[]): [{ [key: string]: Json }, string] {
  let parent = document as { [key: string]: Json };
  for (const step of at.slice(0, -1)) parent = parent[String(step)] as { [key: string]: Json };
  return [parent, String(at.at(-1))];
}

/** A value that has no business where the given one stands. */
function wrongType(value: Json): Json {
  if (typeof value === "string") return 17;
  if (typeof value === "number" || typeof value === "boolean") return "seventeen";
  return Array.isArray(value) ? {} : [];
}
