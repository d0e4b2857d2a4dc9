import type { RulesetFile } from "./check.ts";
import { createCheckContext } from "./check-context.ts";
import type { Fault } from "./fault.ts";
import { entryOf, type JsonNode } from "./json-node.ts";
import { parseJson } from "./parse-json.ts";

type Place = Pick<Fault, "file" | "line" | "column">;

/** Finds where a JSON path stands in the file with a pack's name; nothing when the files do not hold it. Each file is read when first needed. */
export function createPlaceFinder(files: readonly RulesetFile[]): (pack: string, path: string) => Place {
  let packs: ReadonlyMap<string, (path: string) => Place> | null = null;
  return (pack, path) => {
    packs ??= new Map(files.flatMap(openFile));
    return packs.get(pack)?.(path) ?? {};
  };
}

function openFile({ name, text }: RulesetFile): readonly (readonly [string, (path: string) => Place])[] {
  const context = createCheckContext(text, {}, name);
  const tree = parseJson(text, context);
  const pack = tree?.kind === "object" ? entryOf(tree, "name")?.value : undefined;
  if (tree === null || pack?.kind !== "scalar") return [];
  const offsets = new Map<string, number>();
  collect(tree, offsets);
  const placeOf = (path: string): Place => {
    const offset = offsets.get(path);
    return offset === undefined ? { file: name } : { file: name, ...context.locate(offset) };
  };
  return [[String(pack.value), placeOf]];
}

/** Every path of a text with its offset: of a key, the key's. */
function collect(node: JsonNode, into: Map<string, number>): void {
  if (!into.has(node.path)) into.set(node.path, node.offset);
  if (node.kind === "array") for (const item of node.items) collect(item, into);
  if (node.kind === "object")
    for (const entry of node.entries) {
      into.set(entry.path, entry.offset);
      collect(entry.value, into);
    }
}
