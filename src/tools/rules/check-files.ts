import { parseArgs } from "node:util";
import { createCurrency } from "../../core/event/money.ts";
import { checkFeatures } from "../../core/features/check.ts";
import { checkRuleset } from "../../core/rules/check.ts";
import type { Fault } from "../../core/rules/fault.ts";
import { faultLines, faultsWithFile } from "./fault-lines.ts";
import { FEATURES_FILE, readRuleFiles, readText } from "./read-files.ts";
import type { Terminal } from "./terminal.ts";

/** `rules check`: checks files as they would be published together, offline. Exit code 0, or 1 with faults. */
export async function checkFiles(words: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      features: { type: "string", default: FEATURES_FILE },
      currency: { type: "string", default: process.env.CURRENCY ?? "EUR" },
      json: { type: "boolean", default: false },
    },
  });
  const refuse = (faults: readonly Fault[], file: string): number => {
    if (values.json) terminal.say(JSON.stringify({ ok: false, faults: faultsWithFile(faults, file) }));
    else for (const line of faultLines(faults, file)) terminal.complain(line);
    return 1;
  };
  const options = { currencyExponent: createCurrency(values.currency).exponent };
  const files = readRuleFiles(positionals);
  const features = checkFeatures(readText(values.features), options);
  if (!features.ok) return refuse(features.error, values.features);
  const checked = checkRuleset(files, features.value, options);
  if (!checked.ok) return refuse(checked.error, files[0]?.name ?? "");
  const counts = { rules: checked.value.rules.length, defines: checked.value.defines.length, features: features.value.slots.length };
  const names = files.map(({ name }) => name);
  if (values.json) terminal.say(JSON.stringify({ ok: true, files: names, ...counts }));
  else terminal.say(`${names.join(", ")}: ${counts.rules} rules, ${counts.defines} defines, ${counts.features} features, no faults`);
  return 0;
}
