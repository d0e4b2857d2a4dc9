import type { SourcesDifference } from "../../core/rules/diff.ts";
import type { EntryDifference, FieldChange } from "../../core/rules/diff-json.ts";

const WIDEST = 160;
const SIGNS = { added: "+", removed: "-", changed: "~", moved: ">" } as const;

/** A difference between two sets as lines: `+` added, `-` removed, `~` changed, `>` moved; a changed thing with each field on both sides. */
export function differenceLines(difference: SourcesDifference): string[] {
  const { rules, policy, defines, features, whitelist, cases, unreadable } = difference;
  return [
    ...unreadable.map(
      ({ side, file }) => `! ${file} is not valid JSON on the ${side === "from" ? "first" : "second"} side: what is in it is left out`,
    ),
    ...rules.flatMap(({ id, kind, fields }) => [
      `${SIGNS[kind]} rule ${id}${kind === "moved" ? " (order)" : ""}`,
      ...fieldLines(kind, fields),
    ]),
    ...(policy.length === 0 ? [] : ["~ policy", ...fieldLines("changed", policy)]),
    ...entryLines("define", defines),
    ...entryLines("feature", features),
    ...whitelist.removed.map((entry) => `- whitelist ${shown(entry)}`),
    ...whitelist.added.map((entry) => `+ whitelist ${shown(entry)}`),
    ...cases.map(({ name, kind }) => `${SIGNS[kind]} case ${name}`),
  ];
}

/** `2 rules changed, 1 feature added`: what a difference comes to, for a question or a last line. */
export function differenceSummary({ rules, policy, defines, features, whitelist, cases }: SourcesDifference): string {
  const parts = [
    counted(rules.length, "rule"),
    policy.length === 0 ? "" : "the policy",
    counted(defines.length, "define"),
    counted(features.length, "feature"),
    whitelist.added.length + whitelist.removed.length === 0 ? "" : "the whitelist",
    counted(cases.length, "case"),
  ].filter((part) => part !== "");
  return parts.length === 0
    ? "nothing differs"
    : `${parts.join(", ")} differ${parts.length === 1 && /^(1 |the )/.test(parts[0] ?? "") ? "s" : ""}`;
}

const counted = (count: number, what: string): string => (count === 0 ? "" : `${count} ${what}${count === 1 ? "" : "s"}`);

function entryLines(what: string, entries: readonly EntryDifference[]): string[] {
  return entries.flatMap(({ name, kind, from, to }) => [
    `${SIGNS[kind]} ${what} ${name}`,
    ...(kind === "removed" ? [] : kind === "added" ? [`      ${shown(to)}`] : [`    - ${shown(from)}`, `    + ${shown(to)}`]),
  ]);
}

/** A removed rule is named and no more; an added one is shown whole. */
function fieldLines(kind: keyof typeof SIGNS, fields: readonly FieldChange[]): string[] {
  if (kind === "removed") return [];
  if (kind === "added") return fields.filter(({ field }) => field !== "id").map(({ field, to }) => `      ${field}: ${shown(to)}`);
  return fields.map(({ field, from, to }) => `      ${field}: ${shown(from)} → ${shown(to)}`);
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return "(none)";
  const text = JSON.stringify(value);
  return text.length > WIDEST ? `${text.slice(0, WIDEST)}…` : text;
}
