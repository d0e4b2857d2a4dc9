import { err, ok, type Result } from "../../core/result.ts";
import { diffSources, type SourcesDifference } from "../../core/rules/diff.ts";
import type { Ruleset } from "../../core/rules/ruleset.ts";
import type { RuleSources } from "../../core/rules/sources.ts";
import type { ManifestRecord } from "../../ports/configuration.ts";
import type { StaffRefusal } from "../staff-action.ts";
import { contextMay, type StaffContext } from "../staff-context.ts";
import { readContent, readDraftSet, readLiveSet, readRuleset, readVersionSet, type VersionSet } from "./read-sets.ts";
import { unavailable, WORKSHOP_BUDGET_MS, type WorkshopDeps } from "./workshop-deps.ts";

const notAllowed = (context: StaffContext): StaffRefusal | null =>
  contextMay(context, "rules.read") ? null : { kind: "not_allowed", verb: "rules.read", role: context.role };

export interface HistoryPage {
  readonly versions: readonly ManifestRecord[];
  /** `beforeSeq` of the next page; null on the last. */
  readonly next: number | null;
}

/** Versions, newest first. */
export async function readHistory(
  deps: WorkshopDeps,
  context: StaffContext,
  page: { readonly beforeSeq: number | null; readonly limit: number },
): Promise<Result<HistoryPage, StaffRefusal>> {
  const refusal = notAllowed(context);
  if (refusal !== null) return err(refusal);
  // One more than asked for tells whether another page follows.
  const found = await deps.manifests.history({ ...page, limit: page.limit + 1 }, WORKSHOP_BUDGET_MS);
  if (!found.ok) return err(unavailable(found.error));
  const versions = found.value.slice(0, page.limit);
  return ok({ versions, next: found.value.length > page.limit ? (versions.at(-1)?.seq ?? null) : null });
}

export interface FullVersion extends VersionSet {
  readonly features: string;
  /** The compiled form. */
  readonly ruleset: Ruleset;
}

/** One version with everything it says. */
export async function readFullVersion(deps: WorkshopDeps, context: StaffContext, seq: number): Promise<Result<FullVersion, StaffRefusal>> {
  const refusal = notAllowed(context);
  if (refusal !== null) return err(refusal);
  const set = await readVersionSet(deps, seq);
  if (!set.ok) return set;
  const [features, ruleset] = await Promise.all([readContent(deps, set.value.manifest.features), readRuleset(deps, set.value)]);
  if (!features.ok) return features;
  return ruleset.ok ? ok({ ...set.value, features: features.value, ruleset: ruleset.value }) : ruleset;
}

/** A version by its number, or what is live or drafted now. */
export type SetName = number | "live" | "draft";

/** What one set says differently from another, rule by rule. */
export async function compareSets(
  deps: WorkshopDeps,
  context: StaffContext,
  names: { readonly from: SetName; readonly to: SetName },
): Promise<Result<SourcesDifference, StaffRefusal>> {
  const refusal = notAllowed(context);
  if (refusal !== null) return err(refusal);
  const [from, to] = await Promise.all([readNamed(deps, names.from), readNamed(deps, names.to)]);
  if (!from.ok) return from;
  return to.ok ? ok(diffSources(from.value, to.value)) : to;
}

async function readNamed(deps: WorkshopDeps, name: SetName): Promise<Result<RuleSources, StaffRefusal>> {
  if (name === "draft") {
    const sets = await readDraftSet(deps);
    return sets.ok ? ok(sets.value.draft.sources) : sets;
  }
  const set = await (name === "live" ? readLiveSet(deps) : readVersionSet(deps, name));
  if (!set.ok) return set;
  if (set.value === null) return err({ kind: "not_found", detail: "nothing is live yet" });
  const { sources, record } = set.value;
  return sources === null ? err({ kind: "not_found", detail: `version ${record.seq} is from before sources were kept` }) : ok(sources);
}
