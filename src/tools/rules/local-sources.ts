import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, relative } from "node:path";
import type { RuleSources } from "../../core/rules/sources.ts";
import { REPOSITORY } from "../local/repository.ts";
import type { Flags, FlagValues } from "./flags.ts";
import { wrongUse } from "./stopped.ts";

/** One text of the rules folder. */
export interface LocalText {
  /** As the service knows it: the file's own name. */
  readonly name: string;
  /** As it is opened and printed. */
  readonly path: string;
  readonly text: string;
}

/** What one publish sends, as it is on disk. */
export interface LocalSources {
  readonly files: readonly LocalText[];
  readonly cases: readonly LocalText[];
  readonly features: LocalText;
}

/** Which files a command reads. */
export const SOURCE_FLAGS = {
  rules: { value: "DIR", about: "the folder of packs/, cases/ and features.json (default rules)" },
  features: { value: "FILE", about: "where features are declared (default features.json of that folder)" },
} as const satisfies Flags;

/** The folder of rules a command works on. */
export function rulesFolder(given: string | undefined): string {
  return given ?? (relative(process.cwd(), join(REPOSITORY, "rules")) || ".");
}

/** The named packs, or every pack of the folder, with their cases and the features they read. Throws a sentence. */
export function readLocalSources(paths: readonly string[], flags: FlagValues<typeof SOURCE_FLAGS>): LocalSources {
  const folder = rulesFolder(flags.rules);
  const files = textsOf(paths.length > 0 ? paths : jsonFiles(join(folder, "packs")));
  if (files.length === 0) throw wrongUse(`name at least one file: ${join(folder, "packs")} holds none`);
  const cases = textsOf(jsonFiles(join(folder, "cases")));
  const features = textAt(flags.features ?? join(folder, "features.json"));
  return { files, cases: paths.length > 0 ? casesOf(files, cases) : cases, features };
}

/** The sources as the service takes and keeps them. */
export function asSources({ files, cases, features }: LocalSources): RuleSources {
  const named = ({ name, text }: LocalText) => ({ name, text });
  return { files: files.map(named), cases: cases.map(named), features: features.text };
}

/** Reads a text, or throws a sentence. */
export function readText(path: string): string {
  requireFile(path);
  return readFileSync(path, "utf8");
}

/** Throws a sentence unless there is such a file. */
export function requireFile(path: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw wrongUse(`there is no file ${path}`);
  if (!stat.isFile()) throw wrongUse(`${path} is not a file`);
}

/** The JSON files of a folder in the order of their names; none when there is no folder. */
export function jsonFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => join(folder, name));
}

const textAt = (path: string): LocalText => ({ name: basename(path), path, text: readText(path) });

function textsOf(paths: readonly string[]): LocalText[] {
  const texts = paths.map(textAt);
  const byName = new Map<string, string>();
  for (const { name, path } of texts) {
    const other = byName.get(name);
    if (other === path) throw wrongUse(`${path} is named twice`);
    if (other !== undefined) throw wrongUse(`${other} and ${path} have the same file name: the service tells files apart by it`);
    byName.set(name, path);
  }
  return texts;
}

/** The cases that are about these packs; one that cannot be read is kept, so that its fault is told. */
function casesOf(files: readonly LocalText[], cases: readonly LocalText[]): LocalText[] {
  const packs = new Set(files.map(({ text }) => memberOf(text, "name")));
  if (packs.has(null)) return [...cases];
  return cases.filter(({ text }) => {
    const pack = memberOf(text, "ruleset");
    return pack === null || packs.has(pack);
  });
}

function memberOf(text: string, key: string): string | null {
  try {
    const value: unknown = JSON.parse(text);
    const member = typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : null;
    return typeof member === "string" ? member : null;
  } catch {
    // What cannot be parsed is told with its place by whoever checks it.
    return null;
  }
}
