import type { Redecider } from "../../core/backtest/redecide.ts";
import type { StoredCase } from "../../core/backtest/stored-case.ts";
import type { ConfigOptions } from "../../core/config/compile.ts";
import { checkFeatures } from "../../core/features/check.ts";
import { ok, type Result } from "../../core/result.ts";
import type { Answer, SourceFault } from "../../ports/answer.ts";

/** Where the texts of published versions are, by hash. */
export type ContentOf = (hash: string) => Answer<string | null>;

/**
 * Tells redeciders what the features of some cases were declared as. A text that is gone, or that this release no longer understands, is told as
 * unknown: then everything those cases read is missing. Fails when the store does.
 */
export async function learnFeatures(
  redeciders: readonly Redecider[],
  cases: readonly Pick<StoredCase, "featuresHash">[],
  contentOf: ContentOf,
  options: Pick<ConfigOptions, "currencyExponent" | "timeZone">,
): Promise<Result<void, SourceFault>> {
  const hashes = new Set(cases.map(({ featuresHash }) => featuresHash));
  for (const hash of hashes) {
    const unaware = redeciders.filter((redecider) => !redecider.knows(hash));
    if (unaware.length === 0) continue;
    const text = await contentOf(hash);
    if (!text.ok) return text;
    const checked = text.value === null ? null : checkFeatures(text.value, options);
    for (const redecider of unaware) redecider.learn(hash, checked?.ok === true ? checked.value : null);
  }
  return ok(undefined);
}
