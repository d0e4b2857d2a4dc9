import { Manifest } from "../../core/config/manifest.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { parseRuleset, type Ruleset } from "../../core/rules/ruleset.ts";
import { parseSources, type RuleSources } from "../../core/rules/sources.ts";
import type { ManifestRecord } from "../../ports/configuration.ts";
import type { StaffRefusal } from "../staff-action.ts";
import { unavailable, WORKSHOP_BUDGET_MS, type WorkshopDeps } from "./workshop-deps.ts";

type SetDeps = Pick<WorkshopDeps, "manifests" | "drafts">;

/** A published version with what it was made from. */
export interface VersionSet {
  readonly record: ManifestRecord;
  readonly manifest: Manifest;
  /** Null for a version from before sources were kept. */
  readonly sources: RuleSources | null;
}
/** The draft as editors see it: before the first edit it is the live set, with version 0. */
export interface DraftSet {
  readonly version: number;
  readonly baseSeq: number;
  readonly sources: RuleSources;
  readonly isEdited: boolean;
  readonly updatedBy: string | null;
  readonly updatedAtMs: number | null;
}

/** The newest version; null before the first. */
export async function readLiveSet(deps: SetDeps): Promise<Result<VersionSet | null, StaffRefusal>> {
  const latest = await deps.manifests.latest(WORKSHOP_BUDGET_MS);
  if (!latest.ok) return err(unavailable(latest.error));
  return latest.value === null ? ok(null) : readVersion(deps, latest.value);
}

/** A version by its number; refused when there is none. */
export async function readVersionSet(deps: SetDeps, seq: number): Promise<Result<VersionSet, StaffRefusal>> {
  const found = await deps.manifests.bySeq(seq, WORKSHOP_BUDGET_MS);
  if (!found.ok) return err(unavailable(found.error));
  return found.value === null ? err({ kind: "not_found", detail: `there is no version \`${seq}\`` }) : readVersion(deps, found.value);
}

async function readVersion(deps: SetDeps, record: ManifestRecord): Promise<Result<VersionSet, StaffRefusal>> {
  const manifest = Manifest.parse(JSON.parse(record.text));
  if (record.source === null) return ok({ record, manifest, sources: null });
  const text = await readContent(deps, record.source);
  return text.ok ? ok({ record, manifest, sources: parseSources(text.value) }) : text;
}

/** The draft, and the live set it is compared with. */
export async function readDraftSet(deps: SetDeps): Promise<Result<{ draft: DraftSet; live: VersionSet | null }, StaffRefusal>> {
  // INVARIANT: the draft first, so that it never comes from a version after the live one.
  const stored = await deps.drafts.read(WORKSHOP_BUDGET_MS);
  if (!stored.ok) return err(unavailable(stored.error));
  const live = await readLiveSet(deps);
  if (!live.ok) return live;
  if (stored.value !== null) {
    const { text, ...draft } = stored.value;
    return ok({ draft: { ...draft, sources: parseSources(text) }, live: live.value });
  }
  const sources = await emptyOr(deps, live.value);
  if (!sources.ok) return sources;
  const draft = {
    version: 0,
    baseSeq: live.value?.record.seq ?? 0,
    sources: sources.value,
    isEdited: false,
    updatedBy: null,
    updatedAtMs: null,
  };
  return ok({ draft, live: live.value });
}

/** A version from before sources were kept gives its features and no files. */
async function emptyOr(deps: SetDeps, live: VersionSet | null): Promise<Result<RuleSources, StaffRefusal>> {
  if (live === null) return ok({ files: [], cases: [], features: "{}" });
  if (live.sources !== null) return ok(live.sources);
  const features = await readContent(deps, live.manifest.features);
  return features.ok ? ok({ files: [], cases: [], features: features.value }) : features;
}

/** The compiled form of a version. Throws when it is damaged: its hash was checked when it was saved. */
export async function readRuleset(deps: SetDeps, { manifest }: Pick<VersionSet, "manifest">): Promise<Result<Ruleset, StaffRefusal>> {
  const text = await readContent(deps, manifest.ruleset);
  if (!text.ok) return text;
  const ruleset = parseRuleset(text.value);
  if (!ruleset.ok) throw new Error(`the ruleset ${manifest.ruleset.slice(0, 12)} is damaged: ${ruleset.error[0]?.message}`);
  return ok(ruleset.value);
}

/** A content that a version names. Throws when Postgres does not have it: versions and contents are written together. */
export async function readContent(deps: Pick<SetDeps, "manifests">, hash: string): Promise<Result<string, StaffRefusal>> {
  const content = await deps.manifests.content(hash, WORKSHOP_BUDGET_MS);
  if (!content.ok) return err(unavailable(content.error));
  if (content.value === null) throw new Error(`the content ${hash.slice(0, 12)} of a version is gone`);
  return ok(content.value);
}
