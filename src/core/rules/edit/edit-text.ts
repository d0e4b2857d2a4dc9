import { findNodeAtLocation, type JSONPath, type Node, parseTree } from "jsonc-parser";
import { printJson, styleOf } from "./print-json.ts";

/**
 * Sets the value at a path of a JSON text, or takes it out (`undefined`). What is not touched keeps its formatting to the letter, which is why this is
 * not the parser's own `modify`: that one formats the neighbours anew.
 */
export function setAt(text: string, path: JSONPath, value: unknown): string {
  const node = nodeAt(text, path);
  if (value === undefined) return node === undefined ? text : remove(text, node);
  if (node !== undefined) return splice(text, node.offset, endOf(node), printJson(value, indentAt(text, node.offset), styleOf(text)));
  const parent = nodeAt(text, path.slice(0, -1));
  const key = path.at(-1);
  if (key === undefined) return text;
  return parent === undefined ? setAt(text, path.slice(0, -1), { [key]: value }) : append(text, parent, value, String(key));
}

/** Puts a value at the end of the array at a path, which is made when there is none. */
export function appendAt(text: string, path: JSONPath, value: unknown): string {
  const node = nodeAt(text, path);
  return node?.type === "array" ? append(text, node, value) : setAt(text, path, [value]);
}

/** Puts the elements of the array at a path into another order, each with its own formatting; `order` names their places before. */
export function reorderAt(text: string, path: JSONPath, order: readonly number[]): string {
  const elements = nodeAt(text, path)?.children ?? [];
  const texts = elements.map((node) => text.slice(node.offset, endOf(node)));
  // From the end, so that the places before stay where they are.
  return elements.reduceRight((edited, node, index) => splice(edited, node.offset, endOf(node), texts[order[index] ?? index] ?? ""), text);
}

function nodeAt(text: string, path: JSONPath): Node | undefined {
  const root = parseTree(text);
  return root === undefined ? undefined : findNodeAtLocation(root, path);
}

const endOf = (node: Node): number => node.offset + node.length;

const splice = (text: string, from: number, to: number, content: string): string => text.slice(0, from) + content + text.slice(to);

/** The white space that the line of an offset begins with. */
function indentAt(text: string, offset: number): string {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? "";
}

/** Takes an element or a property out with its comma. */
function remove(text: string, node: Node): string {
  const whole = node.parent?.type === "property" ? node.parent : node;
  const siblings = whole.parent?.children ?? [];
  const index = siblings.indexOf(whole);
  const [before, after] = [siblings[index - 1], siblings[index + 1]];
  if (after !== undefined) return splice(text, whole.offset, after.offset, "");
  if (before !== undefined) return splice(text, endOf(before), endOf(whole), "");
  return text.slice(0, whole.offset).trimEnd() + text.slice(endOf(whole)).trimStart();
}

/** Adds a child at the end of an object or array, on a line of its own if the last one has one. */
function append(text: string, container: Node, value: unknown, key?: string): string {
  const style = styleOf(text);
  const children = container.children ?? [];
  const last = children.at(-1);
  if (last === undefined) {
    const whole = key === undefined ? [value] : { [key]: value };
    return splice(text, container.offset, endOf(container), printJson(whole, indentAt(text, container.offset), style));
  }
  const before = children.at(-2);
  const gap = text.slice(before === undefined ? container.offset + 1 : endOf(before), last.offset);
  const indent = indentAt(text, last.offset);
  const separator = gap.includes("\n") ? `,${style.eol}${indent}` : ", ";
  const name = key === undefined ? "" : `${JSON.stringify(key)}: `;
  return splice(text, endOf(last), endOf(last), separator + name + printJson(value, indent, style));
}
