import { type CompiledConfig, type ConfigOptions, compileConfig } from "../../core/config/compile.ts";
import { contentHash } from "../../core/config/manifest.ts";
import type { Candidate } from "../../ports/backtest.ts";

/** A configuration that was never published, ready to decide; its `seq` is one above the live one's. Throws on texts that were not checked. */
export async function compileCandidate({ ruleset, features }: Candidate, liveSeq: number, options: ConfigOptions): Promise<CompiledConfig> {
  const hashes = { ruleset: await contentHash(ruleset), features: await contentHash(features) };
  return compileConfig({ seq: liveSeq + 1, ...hashes, lists: {}, models: {} }, ruleset, features, options);
}
