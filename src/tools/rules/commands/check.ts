import { adviseSources, testSources } from "../../../core/rules/check-sources.ts";
import { costOf } from "../../../core/rules/cost.ts";
import { CURRENCY_FLAG, checkLocal, faultsReport } from "../check-local.ts";
import { checkLocalTriggers } from "../check-local-triggers.ts";
import { defineCommand } from "../command.ts";
import { asSources, readLocalSources, SOURCE_FLAGS } from "../local-sources.ts";
import { localFaults, textsByPath } from "../places.ts";
import { countOf, faultLines } from "../show-faults.ts";

/** Every fault of the files as they would be published together, with its place; needs no service. */
export const check = defineCommand({
  name: "check",
  summary: "name every fault of the files, and what is worth a look, with file:line:column; offline",
  takes: "[FILE…]",
  mostWords: Number.POSITIVE_INFINITY,
  about: "Without FILE: all packs of the rules folder, as they would be published together. Its triggers.json is checked as well.",
  flags: { ...SOURCE_FLAGS, ...CURRENCY_FLAG },
  run: async ({ flags, words, console }) => {
    const sources = readLocalSources(words, flags);
    const checked = checkLocal(sources, flags.currency, console.env);
    if (!checked.ok) return checked.report;
    const { ruleset, catalogue, currencyExponent } = checked.value;
    const triggers = checkLocalTriggers(flags.rules, catalogue, currencyExponent);
    if (triggers !== null && triggers.faults.length > 0)
      return faultsReport(triggers.faults, new Map([[triggers.file.path, triggers.file.text]]));
    const given = asSources(sources);
    const advice = adviseSources(given.files, checked.value, testSources(given.cases, checked.value, checked.value));
    const warnings = localFaults(advice, sources);
    const counts = { rules: ruleset.rules.length, defines: ruleset.defines.length, features: catalogue.slots.length };
    const files = sources.files.map(({ path }) => path);
    return {
      code: 0,
      document: { ok: true, files, ...counts, triggers: triggers?.count ?? null, cost: costOf(ruleset), faults: [], warnings },
      lines: [
        `${files.join(", ")}: ${counts.rules} rules, ${counts.defines} defines, ${counts.features} features, no faults`,
        ...(triggers === null ? [] : [`${triggers.file.path}: ${triggers.count} triggers, no faults`]),
      ],
      complaints: warnings.length === 0 ? [] : [...faultLines(warnings, textsByPath(sources)), countOf(warnings.length, "warning")],
    };
  },
});
