import type * as z from "zod";
import { err, ok, type Result } from "../../core/result.ts";
import { adviseSources, checkSources, testSources } from "../../core/rules/check-sources.ts";
import { costOf } from "../../core/rules/cost.ts";
import type { Fault } from "../../core/rules/fault.ts";
import type { CasesReport } from "../../core/rules/run-cases.ts";
import { RuleSources } from "../../core/rules/sources.ts";
import type { StaffRefusal } from "../staff-action.ts";
import { contextMay, type StaffContext } from "../staff-context.ts";
import { readBesideLive } from "./beside-live.ts";
import { readDraftSet } from "./read-sets.ts";
import type { WorkshopDeps } from "./workshop-deps.ts";

/** What is left out is the draft's. */
export const CheckCall = RuleSources.partial();
type CheckCall = z.infer<typeof CheckCall>;

export interface Checked {
  readonly ok: boolean;
  readonly faults: readonly Fault[];
  readonly warnings: readonly Fault[];
  readonly rules: number;
  /** Of all rules together, about that of as many comparisons. */
  readonly cost: number;
}

/** Checks sent sources, or the draft's; nothing is saved. */
export async function checkRules(deps: WorkshopDeps, context: StaffContext, call: CheckCall): Promise<Result<Checked, StaffRefusal>> {
  const sources = await sourcesOf(deps, context, call);
  if (!sources.ok) return sources;
  const options = await readBesideLive(deps);
  if (!options.ok) return options;
  const checked = checkSources(sources.value, options.value);
  if (!checked.ok) return ok({ ok: false, faults: checked.error, warnings: [], rules: 0, cost: 0 });
  const report = testSources(sources.value.cases, checked.value, deps.options);
  const warnings = adviseSources(sources.value.files, checked.value, report);
  const { ruleset } = checked.value;
  return ok({ ok: true, faults: [], warnings, rules: ruleset.rules.length, cost: costOf(ruleset).total });
}

/** Runs the cases of sent sources, or the draft's; rules that do not check are refused with their faults. */
export async function testRules(
  deps: WorkshopDeps,
  context: StaffContext,
  call: CheckCall,
): Promise<Result<CasesReport, StaffRefusal | { readonly kind: "faults"; readonly faults: readonly Fault[] }>> {
  const sources = await sourcesOf(deps, context, call);
  if (!sources.ok) return sources;
  const options = await readBesideLive(deps);
  if (!options.ok) return options;
  const checked = checkSources(sources.value, options.value);
  return checked.ok ? ok(testSources(sources.value.cases, checked.value, deps.options)) : err({ kind: "faults", faults: checked.error });
}

async function sourcesOf(
  deps: WorkshopDeps,
  context: StaffContext,
  { files, cases, features }: CheckCall,
): Promise<Result<RuleSources, StaffRefusal>> {
  if (!contextMay(context, "rules.check")) return err({ kind: "not_allowed", verb: "rules.check", role: context.role });
  if (files !== undefined && cases !== undefined && features !== undefined) return ok({ files, cases, features });
  const sets = await readDraftSet(deps);
  if (!sets.ok) return sets;
  const { draft } = sets.value;
  return ok({
    files: files ?? draft.sources.files,
    cases: cases ?? draft.sources.cases,
    features: features ?? draft.sources.features,
  });
}
