import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as z from "zod";
import type { Vocabulary } from "../../core/features/catalogue.ts";
import { checkFeatures } from "../../core/features/check.ts";
import { RulesetDocument } from "../../core/rules/document.ts";
import { REPOSITORY } from "../local/repository.ts";
import { conditionSchemas } from "./condition-schema.ts";

/** The text of `rules/ruleset.schema.json`: the document's zod schema, with the declared features as completions. */
export function rulesetSchemaText(vocabulary: Vocabulary): string {
  const schema = z.toJSONSchema(RulesetDocument, { io: "input" });
  const definitions = { ...schema.$defs, ...conditionSchemas(vocabulary) };
  return `${JSON.stringify({ title: "Tollgate ruleset", ...schema, $defs: definitions }, null, 2)}\n`;
}

/** Writes it; run after changing rules/features.json or the document's schema. */
function main(): void {
  const features = checkFeatures(readFileSync(join(REPOSITORY, "rules/features.json"), "utf8"));
  if (!features.ok) throw new Error("rules/features.json has faults: `npm run rules -- check` lists them");
  const path = join(REPOSITORY, "rules/ruleset.schema.json");
  writeFileSync(path, rulesetSchemaText(features.value));
  console.log(`wrote ${path}`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) main();
