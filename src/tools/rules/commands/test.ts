import { testSources } from "../../../core/rules/check-sources.ts";
import { allPass } from "../../../core/rules/run-cases.ts";
import { CURRENCY_FLAG, checkLocal } from "../check-local.ts";
import { defineCommand } from "../command.ts";
import { asSources, readLocalSources, SOURCE_FLAGS } from "../local-sources.ts";
import { localCaseFaults, textsByPath } from "../places.ts";
import { failureLines, localCases, summaryOf, uncoveredLines } from "../show-cases.ts";
import { faultLines } from "../show-faults.ts";

/** Runs the cases that are kept with the rules; needs no service. */
export const test = defineCommand({
  name: "test",
  summary: "run the cases of the rules folder against the files; offline",
  takes: "[FILE…]",
  mostWords: Number.POSITIVE_INFINITY,
  about: "Without FILE: all packs of the rules folder. With FILE: those packs, and the cases that are about them.",
  flags: { ...SOURCE_FLAGS, ...CURRENCY_FLAG },
  run: async ({ flags, words, console }) => {
    const sources = readLocalSources(words, flags);
    const checked = checkLocal(sources, flags.currency, console.env);
    if (!checked.ok) return checked.report;
    const report = testSources(asSources(sources).cases, checked.value, checked.value);
    const cases = localCases(report.cases, sources);
    const faults = localCaseFaults(report.faults, sources);
    const passes = allPass(report);
    const [summary, uncovered] = [summaryOf(report), uncoveredLines(report.uncovered)];
    const wrong = [...faultLines(faults, textsByPath(sources)), ...failureLines(cases, sources)];
    return {
      code: passes ? 0 : 1,
      document: { ok: passes, ...report, cases, faults },
      lines: passes ? [summary] : [],
      complaints: passes ? uncovered : [...wrong, ...uncovered, summary],
    };
  },
});
