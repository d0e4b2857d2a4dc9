import { type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import { type CheckContext, report } from "./check-context.ts";
import { findHazard } from "./json-hazard.ts";
import { clip, type JsonEntry, type JsonNode, keyPath } from "./json-node.ts";

/**
 * Strict JSON text (no comments, no trailing commas) to a tree that knows its places, or null after reporting why not:
 * too large, too deep, a syntax error (the first one), a string Postgres cannot hold. Duplicate keys are reported and kept.
 * Never throws, whatever the text.
 */
export function parseJson(text: string, context: CheckContext): JsonNode | null {
  const start = { path: "", offset: 0 };
  if (text.length > context.limits.textLength)
    return report(context, start, "too_large", `${text.length} characters are over the limit of ${context.limits.textLength}`);
  const hazard = findHazard(text, context.limits.depth);
  if (hazard?.kind === "depth")
    return report(
      context,
      { path: "", offset: hazard.offset },
      "too_deep",
      `nested deeper than the limit of ${context.limits.depth} levels`,
    );
  if (hazard !== null)
    return report(context, { path: "", offset: hazard.offset }, "syntax", "not valid JSON: there are no comments in JSON");
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false });
  const first = errors[0];
  if (first !== undefined) return report(context, { path: "", offset: first.offset }, "syntax", `not valid JSON: ${sentenceOf(first)}`);
  if (root === undefined || !isJson(text)) return report(context, start, "syntax", "not valid JSON");
  return convert(root, "", context);
}

/** The tolerant parser takes a few things JSON does not; the platform's has the last word. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function sentenceOf(error: ParseError): string {
  return printParseErrorCode(error.error)
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase();
}

function convert(node: Node, path: string, context: CheckContext): JsonNode {
  const { offset } = node;
  switch (node.type) {
    case "object":
      return { kind: "object", path, offset, entries: convertEntries(node, path, context) };
    case "array":
      return {
        kind: "array",
        path,
        offset,
        items: (node.children ?? []).map((child, index) => convert(child, `${path}[${index}]`, context)),
      };
    default: {
      const value = node.value as string | number | boolean | null;
      if (typeof value === "string") checkText(value, { path, offset }, context);
      if (typeof value === "number" && !Number.isFinite(value)) report(context, { path, offset }, "bad_number", "the number is too large");
      return { kind: "scalar", path, offset, value };
    }
  }
}

function convertEntries(node: Node, path: string, context: CheckContext): JsonEntry[] {
  const entries: JsonEntry[] = [];
  const seen = new Set<string>();
  for (const property of node.children ?? []) {
    const [keyNode, valueNode] = property.children ?? [];
    if (keyNode === undefined || valueNode === undefined) continue;
    const key = keyNode.value as string;
    const place = { path: keyPath(path, key), offset: keyNode.offset };
    if (seen.has(key)) report(context, place, "duplicate_key", `the key \`${clip(key)}\` stands twice in one object`);
    seen.add(key);
    checkText(key, place, context);
    entries.push({ key, ...place, value: convert(valueNode, place.path, context) });
  }
  return entries;
}

function checkText(value: string, place: { path: string; offset: number }, context: CheckContext): void {
  if (value.length > context.limits.stringLength)
    report(context, place, "too_large", `a text of ${value.length} characters is over the limit of ${context.limits.stringLength}`);
  if (value.includes("\0") || !value.isWellFormed())
    report(context, place, "bad_text", "a text must be well-formed Unicode without the character U+0000");
}
