import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import type { RulesetFile } from "../../core/rules/check.ts";
import { REPOSITORY } from "../local/repository.ts";

/** Where features are declared unless an option says otherwise. */
export const FEATURES_FILE = relative(process.cwd(), join(REPOSITORY, "rules/features.json"));

/** Reads a text, or throws a sentence. */
export function readText(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw new Error(`there is no file ${path}`);
  if (!stat.isFile()) throw new Error(`${path} is not a file`);
  return readFileSync(path, "utf8");
}

/** The named files, or every pack of `rules/packs` when none is named. */
export function readRuleFiles(paths: readonly string[]): RulesetFile[] {
  return (paths.length > 0 ? paths : packs()).map((name) => ({ name, text: readText(name) }));
}

function packs(): string[] {
  const folder = join(REPOSITORY, "rules/packs");
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")) : [];
  if (names.length === 0) throw new Error("name at least one file: rules/packs holds none");
  return names.sort().map((name) => relative(process.cwd(), join(folder, name)));
}
