import type { Vocabulary } from "../features/catalogue.ts";
import { checkCondition } from "./check-condition.ts";
import { type CheckContext, report } from "./check-context.ts";
import type { ConditionNode } from "./condition.ts";
import { clip, type JsonEntry, type JsonObject } from "./json-node.ts";
import { SHORTHANDS } from "./shorthand.ts";

const RESERVED: ReadonlySet<string> = new Set(["all", "any", "none", "not", ...SHORTHANDS.keys()]);

/** The names a `define` object gives; bad ones are reported and left out. */
export function checkDefineNames(define: JsonObject, vocabulary: Vocabulary, context: CheckContext): ReadonlySet<string> {
  const names = new Set<string>();
  for (const entry of define.entries) {
    if (!/^[a-z][a-z0-9_]{0,63}$/.test(entry.key))
      report(context, entry, "bad_name", `\`${clip(entry.key)}\` must be lower-case words joined by underscores`);
    else if (vocabulary.byName.has(entry.key) || RESERVED.has(entry.key))
      report(context, entry, "name_taken", `\`${entry.key}\` already means something else: choose another name`);
    else names.add(entry.key);
  }
  return names;
}

/** The defines of a file with their own names, those used before those that use them; cycles and long chains are reported. */
export function checkDefines(define: JsonObject, vocabulary: Vocabulary, context: CheckContext): Map<string, ConditionNode> {
  const conditions = new Map<string, ConditionNode>();
  const entries = new Map<string, JsonEntry>();
  for (const entry of define.entries) {
    const condition = checkCondition(entry.value, vocabulary, context);
    entries.set(entry.key, entry);
    if (condition !== null) conditions.set(entry.key, condition);
  }
  const ordered = new Map<string, ConditionNode>();
  const visit = (name: string, trail: readonly string[]): void => {
    const condition = conditions.get(name);
    const entry = entries.get(name);
    if (condition === undefined || entry === undefined || ordered.has(name)) return;
    if (trail.includes(name)) {
      report(context, entry, "define_cycle", `\`${name}\` depends on itself: ${[...trail.slice(trail.indexOf(name)), name].join(" → ")}`);
      conditions.delete(name);
      return;
    }
    if (trail.length >= context.limits.depth) {
      report(context, entry, "too_deep", `defines use each other deeper than the limit of ${context.limits.depth} levels`);
      return;
    }
    for (const used of definesUsed(condition, context.defines)) visit(used, [...trail, name]);
    ordered.set(name, condition);
  };
  for (const name of [...conditions.keys()]) visit(name, []);
  return ordered;
}

function definesUsed(node: ConditionNode, defines: ReadonlySet<string>): readonly string[] {
  if (node.kind === "test") return defines.has(node.name) ? [node.name] : [];
  return node.kind === "not" ? definesUsed(node.of, defines) : node.of.flatMap((part) => definesUsed(part, defines));
}

/** The same condition with every define it uses under another name. */
export function renameDefines(node: ConditionNode, newName: (name: string) => string): ConditionNode {
  if (node.kind === "test") return { ...node, name: newName(node.name) };
  if (node.kind === "not") return { ...node, of: renameDefines(node.of, newName) };
  return { ...node, of: node.of.map((part) => renameDefines(part, newName)) };
}

/** Tests in a condition, defines counted in full wherever they are used; `sizes` holds theirs. */
export function testCount(node: ConditionNode, sizes: ReadonlyMap<string, number>): number {
  if (node.kind === "test") return sizes.get(node.name) ?? 1;
  if (node.kind === "not") return testCount(node.of, sizes);
  return node.of.reduce((sum, part) => sum + testCount(part, sizes), 0);
}
