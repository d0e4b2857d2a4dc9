import { disposableDomains } from "../../adapters/email/disposable-domains.ts";
import { type CompiledConfig, type ConfigOptions, compileConfig } from "../../core/config/compile.ts";
import { createCurrency } from "../../core/event/money.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { checkSources } from "../../core/rules/check-sources.ts";
import type { Fault } from "../../core/rules/fault.ts";
import type { RuleSources } from "../../core/rules/sources.ts";
import { createDimensionHash } from "../../core/velocity/dimension-hash.ts";

/** What a deployment says of itself, where there is none. */
export interface LocalDeployment {
  /** ISO 4217. */
  readonly currency: string;
  readonly timeZone: string;
}

/** Options to compile with outside of a deployment: logs live as long as the process, and so does their key. */
export function localOptions({ currency, timeZone }: LocalDeployment): ConfigOptions {
  const hash = createDimensionHash("logs in memory");
  return { hash, disposableDomains, currencyExponent: createCurrency(currency).exponent, timeZone };
}

/** Checks and compiles files that were never published, or gives their faults. */
export function compileFiles(
  sources: Pick<RuleSources, "files" | "features">,
  options: ConfigOptions,
): Result<CompiledConfig, readonly Fault[]> {
  const checked = checkSources(sources, options);
  if (!checked.ok) return err(checked.error);
  const nameless = "0".repeat(64);
  const manifest = { seq: 1, ruleset: nameless, features: nameless, lists: {}, models: {} };
  return ok(compileConfig(manifest, JSON.stringify(checked.value.ruleset), sources.features, options));
}
