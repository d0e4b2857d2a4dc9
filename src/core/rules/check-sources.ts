import type { FeatureCatalogue } from "../features/catalogue.ts";
import { checkFeatures, type FeatureOptions } from "../features/check.ts";
import { err, ok, type Result } from "../result.ts";
import { adviseRuleset } from "./advise.ts";
import { checkRuleset } from "./check.ts";
import { compileRuleset } from "./compile.ts";
import type { Fault } from "./fault.ts";
import type { Ruleset } from "./ruleset.ts";
import { type CasesReport, runCases } from "./run-cases.ts";
import type { RuleSources } from "./sources.ts";

/** Sources without a fault. */
export interface CheckedSources {
  readonly ruleset: Ruleset;
  readonly catalogue: FeatureCatalogue;
}
type Checkable = Pick<RuleSources, "files" | "features">;

/** Checks rule files with the features they read; the error holds every fault. Paths within features.json begin with `features:`. Never throws. */
export function checkSources({ files, features }: Checkable, options: FeatureOptions): Result<CheckedSources, readonly Fault[]> {
  const catalogue = checkFeatures(features, options);
  if (!catalogue.ok) return err(catalogue.error.map((fault) => ({ ...fault, path: `features:${fault.path}` })));
  const ruleset = checkRuleset(files, catalogue.value, options);
  return ruleset.ok ? ok({ ruleset: ruleset.value, catalogue: catalogue.value }) : ruleset;
}

/** Runs the cases of checked sources. */
export function testSources(
  cases: RuleSources["cases"],
  { ruleset, catalogue }: CheckedSources,
  options: Pick<FeatureOptions, "currencyExponent">,
): CasesReport {
  const { currencyExponent = 2 } = options;
  return runCases(cases, { ruleset: compileRuleset(ruleset, catalogue, { currencyExponent }), vocabulary: catalogue, currencyExponent });
}

/** What does not stop a publish and is worth a look: with a report of the cases, also live rules that none of them covers. */
export function adviseSources(
  files: RuleSources["files"],
  { ruleset, catalogue }: CheckedSources,
  report: Pick<CasesReport, "uncovered"> | null,
): readonly Fault[] {
  const uncovered = report?.uncovered ?? [];
  return [
    ...adviseRuleset(ruleset, catalogue, files),
    ...uncovered.map((id) => ({ code: "uncovered", path: id, message: `no case says when the live rule \`${id}\` fires` })),
  ];
}
