import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as z from "zod";
import type { Vocabulary } from "../../core/features/catalogue.ts";
import { checkFeatures } from "../../core/features/check.ts";
import { FEATURE_TYPES } from "../../core/features/value.ts";
import { RulesetDocument } from "../../core/rules/document.ts";
import { OPERATORS, type Operator, operatorRow, operatorsOf } from "../../core/rules/operators.ts";
import { REPOSITORY } from "../local/repository.ts";
import { conditionSchemas } from "./condition-schema.ts";

/** The text of `rules/ruleset.schema.json`: the document's zod schema, with the declared features as completions. */
export function rulesetSchemaText(vocabulary: Vocabulary): string {
  const schema = z.toJSONSchema(RulesetDocument, { io: "input" });
  const definitions = { ...schema.$defs, ...conditionSchemas(vocabulary) };
  return `${JSON.stringify({ title: "Tollgate ruleset", ...schema, $defs: definitions }, null, 2)}\n`;
}

const code = (text: string): string => `\`${text}\``;

/** The README's table of operators: what each one says and which types it applies to. */
function operatorTable(): string {
  const types = (operator: Operator): string => {
    const suited = FEATURE_TYPES.filter((type) => operatorsOf(type).includes(operator));
    return suited.length === FEATURE_TYPES.length ? "every type" : suited.map(code).join(" ");
  };
  const rows = OPERATORS.map((operator) => `| ${code(operator)} | ${operatorRow(operator).summary} | ${types(operator)} |`);
  return ["| operator | true when the value | types |", "|---|---|---|", ...rows].join("\n");
}

/** Puts the table of operators into a README between its markers. */
export function withOperatorTable(readme: string): string {
  const table = /(<!-- operators:[^\n]*-->\n)[\s\S]*?(<!-- \/operators -->)/;
  if (!table.test(readme)) throw new Error("rules/README.md has no place for the table of operators");
  return readme.replace(table, (_, start: string, end: string) => `${start}\n${operatorTable()}\n\n${end}`);
}

/** Writes both; run after changing rules/features.json, the document's schema or an operator. */
function main(): void {
  const features = checkFeatures(readFileSync(join(REPOSITORY, "rules/features.json"), "utf8"));
  if (!features.ok) throw new Error("rules/features.json has faults: `npm run rules -- check` lists them");
  const path = join(REPOSITORY, "rules/ruleset.schema.json");
  writeFileSync(path, rulesetSchemaText(features.value));
  const readmePath = join(REPOSITORY, "rules/README.md");
  writeFileSync(readmePath, withOperatorTable(readFileSync(readmePath, "utf8")));
  console.log(`wrote ${path} and the table of operators in ${readmePath}`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) main();
