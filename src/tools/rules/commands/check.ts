import { CURRENCY_FLAG, checkLocal } from "../check-local.ts";
import { defineCommand } from "../command.ts";
import { readLocalSources, SOURCE_FLAGS } from "../local-sources.ts";

/** Every fault of the files as they would be published together, with its place; needs no service. */
export const check = defineCommand({
  name: "check",
  summary: "name every fault and doubt of the files, with file:line:column; offline",
  takes: "[FILE…]",
  mostWords: Number.POSITIVE_INFINITY,
  about: "Without FILE: all packs of the rules folder, as they would be published together.",
  flags: { ...SOURCE_FLAGS, ...CURRENCY_FLAG },
  run: async ({ flags, words, console }) => {
    const sources = readLocalSources(words, flags);
    const checked = checkLocal(sources, flags.currency, console.env);
    if (!checked.ok) return checked.report;
    const { ruleset, catalogue } = checked.value;
    const counts = { rules: ruleset.rules.length, defines: ruleset.defines.length, features: catalogue.slots.length };
    const files = sources.files.map(({ path }) => path);
    return {
      code: 0,
      document: { ok: true, files, ...counts, faults: [], warnings: [] },
      lines: [`${files.join(", ")}: ${counts.rules} rules, ${counts.defines} defines, ${counts.features} features, no faults`],
    };
  },
});
