import features from "../../../rules/features.json" with { type: "json" };
import triggers from "../../../rules/triggers.json" with { type: "json" };
import { checkFeatures } from "../../core/features/check.ts";
import { checkTriggers } from "../../core/triggers/check-triggers.ts";
import { createDecisionJudge, type DecisionJudge } from "../../core/triggers/judge-decisions.ts";
import type { NameHash } from "../../core/triggers/report-peak.ts";
import type { EventTrigger } from "../../core/triggers/triggers.ts";

export interface CompiledTriggers {
  readonly judge: DecisionJudge;
  readonly events: readonly EventTrigger[];
}

/** The triggers of `rules/triggers.json` that the Worker was built with. Throws on a fault: the tests check the file. */
export function compileDefaultTriggers(deps: {
  readonly currency: { readonly code: string; readonly exponent: number };
  readonly hash: NameHash;
}): CompiledTriggers {
  const options = { currencyExponent: deps.currency.exponent };
  const vocabulary = checkFeatures(JSON.stringify(features), options);
  if (!vocabulary.ok) throw new Error(`rules/features.json: ${vocabulary.error[0]?.message}`);
  const checked = checkTriggers(JSON.stringify(triggers), vocabulary.value, options);
  if (!checked.ok) throw new Error(`rules/triggers.json: ${checked.error[0]?.path}: ${checked.error[0]?.message}`);
  return {
    judge: createDecisionJudge(checked.value.decisions, { vocabulary: vocabulary.value, currency: deps.currency, hash: deps.hash }),
    events: checked.value.events,
  };
}
