import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A rules folder of its own, thrown away at the end. */
export interface RulesFolder {
  readonly path: string;
  /** Writes a file by its path below the folder, and gives its whole path. */
  write(path: string, text: string): string;
  drop(): void;
}

/** A folder with the given texts; `features.json` declares nothing but what every event has, unless given. */
export function aRulesFolder(files: Readonly<Record<string, string>> = {}): RulesFolder {
  const path = mkdtempSync(join(tmpdir(), "tollgate-rules-"));
  const write = (below: string, text: string): string => {
    const whole = join(path, below);
    mkdirSync(dirname(whole), { recursive: true });
    writeFileSync(whole, text);
    return whole;
  };
  for (const [below, text] of Object.entries({ "features.json": FEATURES, ...files })) write(below, text);
  return { path, write, drop: () => rmSync(path, { recursive: true, force: true }) };
}

const FEATURES =
  '{\n  "amount": { "op": "field", "path": "amount", "type": "money" },\n  "hour": { "op": "calendar", "part": "hour" }\n}\n';

/** A pack of one rule with given conditions, each rule on a line of its own. */
export const aPack = (name: string, conditions: string, more = ""): string =>
  `{ "name": "${name}", "rules": [\n  { "id": "A", "name": "a", "reason": "a", "severity": "low"${more}, "conditions": ${conditions} }\n] }\n`;

/** Cases for a pack. */
export const someCases = (ruleset: string, ...cases: readonly object[]): string => `${JSON.stringify({ ruleset, cases }, null, 2)}\n`;
