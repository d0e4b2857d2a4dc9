import { err, ok, type Result } from "../../core/result.ts";
import { type CheckedSources, checkSources } from "../../core/rules/check-sources.ts";
import { RuleSources } from "../../core/rules/sources.ts";
import type { Candidate } from "../../ports/backtest.ts";
import type { StaffRefusal } from "../staff-action.ts";
import { readBesideLive } from "./beside-live.ts";
import { readDraftSet } from "./read-sets.ts";
import type { VersionRefusal, WorkshopDeps } from "./workshop-deps.ts";

/** What is tried: whole files, features, or, for what is left out, the draft's. */
export const CandidateFields = {
  files: RuleSources.shape.files.min(1).optional(),
  features: RuleSources.shape.features.optional(),
};
export interface CandidateCall {
  readonly files?: RuleSources["files"] | undefined;
  readonly features?: string | undefined;
}

/** Checks what a call wants to try; its cases need not pass. Writes nothing. */
export async function checkCandidate(
  deps: Pick<WorkshopDeps, "manifests" | "drafts" | "options">,
  { files, features }: CandidateCall,
): Promise<Result<{ readonly candidate: Candidate; readonly checked: CheckedSources }, VersionRefusal | StaffRefusal>> {
  const sources = files === undefined || features === undefined ? await readDraft(deps) : ok({ files, features });
  if (!sources.ok) return sources;
  const tried = { files: files ?? sources.value.files, features: features ?? sources.value.features };
  const options = await readBesideLive(deps);
  if (!options.ok) return options;
  const checked = checkSources(tried, options.value);
  if (!checked.ok) return err({ kind: "faults", faults: checked.error });
  return ok({ candidate: { ruleset: JSON.stringify(checked.value.ruleset), features: tried.features }, checked: checked.value });
}

async function readDraft(deps: Pick<WorkshopDeps, "manifests" | "drafts">): Promise<Result<RuleSources, StaffRefusal>> {
  const sets = await readDraftSet(deps);
  return sets.ok ? ok(sets.value.draft.sources) : sets;
}
