import * as z from "zod";
import { compileConfig } from "../../core/config/compile.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { adviseSources, type CheckedSources, checkSources, testSources } from "../../core/rules/check-sources.ts";
import { diffSources } from "../../core/rules/diff.ts";
import type { Fault } from "../../core/rules/fault.ts";
import { allPass } from "../../core/rules/run-cases.ts";
import { RuleSources, repeatedNames } from "../../core/rules/sources.ts";
import { type PlannedVersion, planVersion, type VersionChanges } from "../make-live.ts";
import type { StaffRefusal } from "../staff-action.ts";
import { besideLive } from "./beside-live.ts";
import { type DraftSet, readContent, readDraftSet, readRuleset, readVersionSet, type VersionSet } from "./read-sets.ts";
import type { VersionRefusal, WorkshopDeps } from "./workshop-deps.ts";

const Sources = RuleSources.shape;

/** What a publish sends: whole files, or without them the draft. */
export const PublishCall = z.strictObject({
  files: Sources.files.min(1).optional(),
  /** The text of features.json; null or left out keeps the live one. */
  features: Sources.features.nullable().default(null),
  /** Left out: this set has none. */
  cases: Sources.cases.optional(),
  message: z.string().trim().max(500).default(""),
  /** The `seq` this set was made from; another live one is a conflict. */
  version: z.int().nonnegative().optional(),
  /** The version of the draft that is meant; another one is a conflict. */
  draft: z.int().nonnegative().optional(),
});
export type PublishCall = z.infer<typeof PublishCall>;

/** A set of rules that may go live: checked, its cases pass. */
export interface PreparedSet {
  readonly sources: RuleSources;
  readonly live: VersionSet | null;
  readonly checked: CheckedSources;
  readonly warnings: readonly Fault[];
  /** The draft it is; null when files were sent. */
  readonly draft: DraftSet | null;
  /** The set in force asks for a second person (`policy.requireApproval`). */
  readonly needsApproval: boolean;
}

/** It waits for another person's approval. */
export interface Parked {
  readonly kind: "parked";
  readonly approval: string;
  readonly warnings: readonly Fault[];
}

/** Reads, checks and tests what a call wants to publish; writes nothing. */
export async function preparePublish(deps: WorkshopDeps, call: PublishCall): Promise<Result<PreparedSet, VersionRefusal | StaffRefusal>> {
  const sets = await readDraftSet(deps);
  if (!sets.ok) return sets;
  const { draft, live } = sets.value;
  const sources = call.files === undefined ? fromDraft(call, draft) : await fromFiles(deps, call, call.files, live);
  if (!sources.ok) return sources;
  const isDraft = call.files === undefined;
  if (isDraft && draft.baseSeq !== (live?.record.seq ?? 0) && call.version !== live?.record.seq)
    return baseMoved(deps, draft.baseSeq, live);
  const checked = checkSet({ options: besideLive(deps.options, live) }, sources.value);
  if (!checked.ok) return checked;
  const policy = live === null ? null : await readRuleset(deps, live);
  if (policy !== null && !policy.ok) return policy;
  const needsApproval = policy?.value.policy.requireApproval ?? false;
  return ok({ sources: sources.value, live, ...checked.value, draft: isDraft ? draft : null, needsApproval });
}

/** Checks sources and runs their cases. */
export function checkSet(
  deps: Pick<WorkshopDeps, "options">,
  sources: RuleSources,
): Result<Pick<PreparedSet, "checked" | "warnings">, VersionRefusal> {
  const repeated = repeatedNames(sources);
  if (repeated.length > 0) return err({ kind: "faults", faults: repeated });
  const checked = checkSources(sources, deps.options);
  if (!checked.ok) return err({ kind: "faults", faults: checked.error });
  const report = testSources(sources.cases, checked.value, deps.options);
  if (!allPass(report)) {
    const cases = report.cases.filter(({ failures, faults }) => failures.length + faults.length > 0);
    return err({ kind: "cases_failed", faults: report.faults, cases });
  }
  return ok({ checked: checked.value, warnings: adviseSources(sources.files, checked.value, report) });
}

/** The version that a checked set becomes. Throws when what checks does not compile: that is our bug, and must not go live. */
export async function planSet(
  deps: Pick<WorkshopDeps, "options">,
  { live, sources, checked }: Pick<PreparedSet, "live" | "sources" | "checked">,
  about: Parameters<typeof planVersion>[2],
): Promise<PlannedVersion> {
  const changes = {
    ruleset: JSON.stringify(checked.ruleset),
    features: sources.features,
    source: JSON.stringify(sources),
  } satisfies VersionChanges;
  const version = await planVersion(live?.record ?? null, changes, about);
  compileConfig(version.manifest, changes.ruleset, changes.features, deps.options);
  return version;
}

/** Another version went live since: says which, whose, and what it changed. */
export async function baseMoved(
  deps: WorkshopDeps,
  baseSeq: number,
  live: VersionSet | null,
): Promise<Result<never, VersionRefusal | StaffRefusal>> {
  if (live === null) return err({ kind: "not_found", detail: "nothing is live" });
  const base = baseSeq === 0 ? null : await readVersionSet(deps, baseSeq);
  if (base !== null && !base.ok) return base;
  const [before, now] = [base?.value.sources ?? null, live.sources];
  const { seq, author, message, createdAtMs } = live.record;
  const difference = before === null || now === null ? null : diffSources(before, now);
  return err({ kind: "base_moved", baseSeq, live: { seq, author, message, atMs: createdAtMs }, difference });
}

function fromDraft(call: PublishCall, draft: DraftSet): Result<RuleSources, StaffRefusal> {
  for (const path of ["features", "cases"] as const)
    if ((call[path] ?? null) !== null)
      return invalid("needs_files", path, "comes with `files`: without them the draft is published as it is");
  if (call.draft !== undefined && call.draft !== draft.version) {
    const message = `the draft has version ${draft.version}${draft.updatedBy === null ? "" : `, by \`${draft.updatedBy}\``}: look at it, then publish it`;
    return invalid("draft_moved", "draft", message);
  }
  return ok(draft.sources);
}

async function fromFiles(
  deps: WorkshopDeps,
  { features, cases = [] }: PublishCall,
  files: RuleSources["files"],
  live: VersionSet | null,
): Promise<Result<RuleSources, VersionRefusal | StaffRefusal>> {
  if (features !== null) return ok({ files, cases, features });
  if (live !== null) {
    const kept = await readContent(deps, live.manifest.features);
    return kept.ok ? ok({ files, cases, features: kept.value }) : kept;
  }
  const message = "nothing is live yet: send `features` with the first ruleset";
  return err({ kind: "faults", faults: [{ code: "no_features", path: "features", message }] });
}

const invalid = (code: string, path: string, message: string): Result<never, StaffRefusal> =>
  err({ kind: "invalid", faults: [{ code, path, message }] });
