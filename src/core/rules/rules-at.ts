import type { Rule } from "./ruleset.ts";

/** The rules that an evaluation names by their places in the ruleset. */
export function rulesAt(rules: readonly Rule[], indexes: readonly number[]): Rule[] {
  const picked: Rule[] = [];
  for (const index of indexes) {
    const rule = rules[index];
    if (rule !== undefined) picked.push(rule);
  }
  return picked;
}
