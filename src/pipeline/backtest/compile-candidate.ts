import { type CompiledConfig, compileConfig } from "../../core/config/compile.ts";
import { contentHash, Manifest } from "../../core/config/manifest.ts";
import { ok, type Result } from "../../core/result.ts";
import type { SourceFault } from "../../ports/answer.ts";
import type { Candidate } from "../../ports/backtest.ts";
import { createLiveNamedLists } from "../lists/live-named-lists.ts";
import type { Services } from "../services.ts";

const BUDGET_MS = 10_000;

/**
 * A configuration that was never published, ready to decide: its `seq` is one above the newest version's, its named lists are that version's.
 * A list that cannot be loaded leaves its tests unknown. Throws on texts that were not checked; fails when Postgres does.
 */
export async function compileCandidate(
  { ruleset, features }: Candidate,
  { config: { manifests }, configOptions }: Pick<Services, "config" | "configOptions">,
): Promise<Result<CompiledConfig, SourceFault>> {
  const latest = await manifests.latest(BUDGET_MS);
  if (!latest.ok) return latest;
  const manifest: Manifest = {
    seq: (latest.value?.seq ?? 0) + 1,
    ruleset: await contentHash(ruleset),
    features: await contentHash(features),
    lists: latest.value === null ? {} : Manifest.parse(JSON.parse(latest.value.text)).lists,
    models: {},
  };
  const lists = createLiveNamedLists(async (hash) => {
    const content = await manifests.content(hash, BUDGET_MS);
    if (content.ok && content.value !== null) return content.value;
    throw new Error(`the list ${hash.slice(0, 12)} cannot be read`);
  });
  const loadedLists = lists.of(manifest);
  await lists.load();
  return ok(compileConfig(manifest, ruleset, features, { ...configOptions, loadedLists }));
}
