import type { RuleSources } from "../sources.ts";
import { type FoundRule, listRules } from "./find-rule.ts";
import { readDocument, readObject } from "./read-document.ts";

/** Something that names a rule and would no longer make sense without it. */
export interface Dependent {
  readonly kind: "case" | "whitelist" | "snooze" | "block" | "report";
  /** The file it stands in; null for an entry of the lists and a report. */
  readonly file: string | null;
  /** A case's name, whom an entry of a file is for, or the id of an entry of the lists or of a report. */
  readonly name: string;
}

/** What names a rule: cases that expect something of it, and whitelist entries that silence it (with an end they are snoozes). */
export function dependentsOf({ files, cases }: RuleSources, { id, document, rule }: FoundRule): Dependent[] {
  const isAlone = listRules({ files }).filter((one) => one.id === id).length < 2;
  if (!isAlone) return [];
  const ofCases = cases.flatMap(({ name: file, text }) => {
    const json = readObject(text);
    if (json?.ruleset !== document.name || !Array.isArray(json.cases)) return [];
    return json.cases.flatMap((one: unknown, index): Dependent[] =>
      namesOf(one, ["fires", "silent", "unknown"]).includes(String(rule.id))
        ? [{ kind: "case", file, name: textOf(one, "name") ?? `case ${index + 1}` }]
        : [],
    );
  });
  const ofEntries = files.flatMap((file) => {
    const other = readDocument(file);
    return (other?.whitelist ?? []).flatMap((entry): Dependent[] => {
      const named = namesOf(entry, ["rules"]);
      if (!named.includes(id) && !(other?.name === document.name && named.includes(String(rule.id)))) return [];
      const name = `${textOf(entry, "type") ?? ""} ${textOf(entry, "value") ?? ""}`.trim();
      return [{ kind: entry.expiresAt === undefined ? "whitelist" : "snooze", file: file.name, name }];
    });
  });
  return [...ofCases, ...ofEntries];
}

function namesOf(value: unknown, keys: readonly string[]): string[] {
  if (typeof value !== "object" || value === null) return [];
  return keys.flatMap((key) => {
    const names = (value as Readonly<Record<string, unknown>>)[key];
    return Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
  });
}

function textOf(value: unknown, key: string): string | null {
  const text = typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
  return typeof text === "string" ? text : null;
}
