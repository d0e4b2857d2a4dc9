import { prepareWhitelist, type Whitelist } from "../decision/whitelist-hits.ts";
import type { FeatureCatalogue } from "../features/catalogue.ts";
import { checkFeatures } from "../features/check.ts";
import { compileFacts, type FactDeps, type FactPlan } from "../features/compile-facts.ts";
import { type CompiledRuleset, compileRuleset } from "../rules/compile.ts";
import type { Fault } from "../rules/fault.ts";
import type { ListLookup } from "../rules/list.ts";
import { parseRuleset } from "../rules/ruleset.ts";
import type { Manifest } from "./manifest.ts";

/** What a deployment adds to the documents. */
export interface ConfigOptions extends FactDeps {
  readonly currencyExponent: number;
  /** The zone of `calendar` features that name none. */
  readonly timeZone: string;
  /** Named lists, asked at each evaluation: one may arrive later. None makes their tests unknown. */
  readonly loadedLists?: ListLookup;
}
/** One version of the configuration, ready to decide: immutable, swapped whole. */
export interface CompiledConfig {
  readonly seq: number;
  readonly rulesetHash: string;
  readonly featuresHash: string;
  readonly catalogue: FeatureCatalogue;
  /** How the catalogue's features are computed. */
  readonly plan: FactPlan;
  readonly ruleset: CompiledRuleset;
  readonly whitelist: Whitelist;
  readonly currencyExponent: number;
}

/** Parses and compiles the contents a manifest names. Throws with the first fault: what was published was checked, so a fault is damage. */
export function compileConfig(manifest: Manifest, rulesetText: string, featuresText: string, options: ConfigOptions): CompiledConfig {
  const features = checkFeatures(featuresText, options);
  if (!features.ok) throw new Error(`features: ${sentence(features.error)}`);
  const ruleset = parseRuleset(rulesetText);
  if (!ruleset.ok) throw new Error(`ruleset: ${sentence(ruleset.error)}`);
  return {
    seq: manifest.seq,
    rulesetHash: manifest.ruleset,
    featuresHash: manifest.features,
    catalogue: features.value,
    plan: compileFacts(features.value, options),
    ruleset: compileRuleset(ruleset.value, features.value, {
      currencyExponent: options.currencyExponent,
      ...(options.loadedLists === undefined ? {} : { lists: options.loadedLists }),
    }),
    whitelist: prepareWhitelist(ruleset.value.whitelist),
    currencyExponent: options.currencyExponent,
  };
}

const sentence = (faults: readonly Fault[]): string =>
  faults
    .map((fault) => `${fault.path}: ${fault.message}`)
    .slice(0, 3)
    .join("; ");
