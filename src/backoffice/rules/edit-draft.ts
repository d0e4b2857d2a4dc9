import * as z from "zod";
import { err, ok, type Result } from "../../core/result.ts";
import { diffSources, type SourcesDifference } from "../../core/rules/diff.ts";
import { findDefine, removeDefine, setDefine } from "../../core/rules/edit/edit-define.ts";
import { listRules } from "../../core/rules/edit/find-rule.ts";
import { RuleSources, repeatedNames } from "../../core/rules/sources.ts";
import type { StaffRefusal } from "../staff-action.ts";
import type { StaffContext } from "../staff-context.ts";
import { DRAFT_TARGET, draftAction, type Edited } from "./draft-action.ts";
import { readDraftSet } from "./read-sets.ts";
import { ConditionInput, DraftVersion, FileName } from "./rule-input.ts";
import type { WorkshopDeps } from "./workshop-deps.ts";

const DefineName = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, "must be lower-case words joined by underscores");
const { files, cases, features } = RuleSources.shape;
export const DraftCall = z.strictObject({
  files: files.min(1),
  cases,
  features,
  /** The `seq` it was made from; left out keeps the draft's. */
  base_seq: z.int().nonnegative().optional(),
  version: DraftVersion,
});
export const ResetCall = z.strictObject({ version: DraftVersion });
export const DefineCall = z.strictObject({ condition: ConditionInput, version: DraftVersion });
export const FeaturesCall = z.strictObject({ features, version: DraftVersion });
const OneDefine = z.strictObject({ file: FileName, name: DefineName, version: DraftVersion });

/** Somebody edited the draft first: what the two sets say differently, rule by rule. */
export interface DraftMoved {
  readonly kind: "draft_moved";
  readonly conflict: Extract<StaffRefusal, { kind: "conflict" }>;
  readonly difference: SourcesDifference;
}

/** The draft as the audit log tells it; the texts are in the versions that come of it. */
const outline = (sources: RuleSources) => ({
  files: sources.files.map(({ name }) => name),
  cases: sources.cases.map(({ name }) => name),
  rules: listRules(sources).length,
});

const replace = draftAction({
  action: "draft.replace",
  input: DraftCall,
  edit: ({ files, cases, features, base_seq }, { draft, live }) => {
    const baseSeq = base_seq ?? draft.baseSeq;
    const liveSeq = live?.record.seq ?? 0;
    const faults = repeatedNames({ files, cases });
    if (baseSeq > liveSeq) faults.push({ code: "unknown_version", path: "base_seq", message: `the newest version is ${liveSeq}` });
    if (faults.length > 0) return err({ kind: "invalid", faults });
    return ok({ sources: { files, cases, features }, target: DRAFT_TARGET, stateOf: outline, output: {}, baseSeq });
  },
});

/** Replaces the whole draft, as a push from git does. In a conflict the difference is told rule by rule. */
export async function replaceDraft(
  deps: WorkshopDeps,
  context: StaffContext,
  input: unknown,
): Promise<Result<Edited<object>, StaffRefusal | DraftMoved>> {
  const replaced = await replace(deps, context, input);
  if (replaced.ok || replaced.error.kind !== "conflict") return replaced;
  const now = await readDraftSet(deps);
  if (!now.ok) return now;
  // It was parsed before the conflict was found.
  const { version: _, base_seq: __, ...sent } = DraftCall.parse(input);
  return err({ kind: "draft_moved", conflict: replaced.error, difference: diffSources(now.value.draft.sources, sent) });
}

/** Makes the draft the live set again. */
export const resetDraft = draftAction({
  action: "draft.reset",
  input: ResetCall,
  edit: (_, { live }) => {
    if (live === null || live.sources === null)
      return err({ kind: "not_found", detail: live === null ? "nothing is live yet" : "the live version has no sources to go back to" });
    return ok({ sources: live.sources, target: DRAFT_TARGET, stateOf: outline, output: {}, baseSeq: live.record.seq });
  },
});

/** Gives a condition a name in a file of the draft, or another condition to a name. */
export const putDefine = draftAction({
  action: "define.put",
  input: OneDefine.extend({ condition: ConditionInput }),
  edit: ({ file, name, condition }, { draft }) => {
    const edited = setDefine(draft.sources, file, name, condition);
    if (!edited.ok) return edited;
    const stateOf = (sources: RuleSources) => ({ file, name, condition: findDefine(sources, file, name) });
    return ok({ sources: edited.value, target: DRAFT_TARGET, stateOf, output: { file, name, condition } });
  },
});

/** Takes a named condition out of a file of the draft; what used it becomes a fault there. */
export const deleteDefine = draftAction({
  action: "define.delete",
  input: OneDefine,
  edit: ({ file, name }, { draft }) => {
    const edited = removeDefine(draft.sources, file, name);
    if (!edited.ok) return edited;
    const stateOf = (sources: RuleSources) => ({ file, name, condition: findDefine(sources, file, name) });
    return ok({ sources: edited.value, target: DRAFT_TARGET, stateOf, output: { file, name } });
  },
});

/** Replaces the text of features.json in the draft. */
export const putFeatures = draftAction({
  action: "features.put",
  input: FeaturesCall,
  edit: ({ features }, { draft }) => {
    const sources = { ...draft.sources, features };
    const difference = diffSources(draft.sources, sources).features;
    return ok({ sources, target: DRAFT_TARGET, stateOf: ({ features: text }) => ({ characters: text.length }), output: { difference } });
  },
});
