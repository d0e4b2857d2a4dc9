import type * as z from "zod";
import type { AuditDetails, AuditTarget } from "../../core/audit/entry.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { adviseSources, checkSources } from "../../core/rules/check-sources.ts";
import type { EditRefusal } from "../../core/rules/edit/find-rule.ts";
import type { Fault } from "../../core/rules/fault.ts";
import { RuleSources } from "../../core/rules/sources.ts";
import { type StaffAction, type StaffRefusal, staffAction } from "../staff-action.ts";
import type { StaffContext } from "../staff-context.ts";
import { besideLive } from "./beside-live.ts";
import { type DraftSet, readDraftSet, type VersionSet } from "./read-sets.ts";
import { WORKSHOP_BUDGET_MS, type WorkshopDeps } from "./workshop-deps.ts";

export const DRAFT_TARGET = { kind: "rule_draft", id: "draft", isPersonal: false } as const;
export const ruleTarget = (id: string): AuditTarget => ({ kind: "rule", id, isPersonal: false });

/** An edit as it was saved: the draft's new version and what is wrong with it now; a draft may have faults. */
export interface Edited<Output> {
  readonly version: number;
  readonly faults: readonly Fault[];
  readonly warnings: readonly Fault[];
  readonly output: Output;
}
/** What an edit makes of the draft. */
export interface DraftChange<Output> {
  readonly sources: RuleSources;
  readonly target: AuditTarget;
  /** What the edit is about, in some sources: it is audited, and told in a conflict. Null when it is not there. */
  readonly stateOf: (sources: RuleSources) => AuditDetails | null;
  readonly output: Output;
  /** The version that the draft is now made from; left out keeps it. */
  readonly baseSeq?: number;
}
interface DraftEdit<Call, Output, Refused> {
  readonly action: string;
  readonly input: z.ZodType<Call>;
  /** Pure but for its reads; the draft's version is checked around it. */
  readonly edit: (
    call: Call,
    sets: { readonly draft: DraftSet; readonly live: VersionSet | null },
    deps: WorkshopDeps,
    context: StaffContext,
  ) => Result<DraftChange<Output>, EditRefusal | Refused> | Promise<Result<DraftChange<Output>, EditRefusal | Refused | StaffRefusal>>;
}

/** Makes a verb that edits the draft: of two editors of one version one wins, and the other is told the state, who made it and the difference. */
export function draftAction<Call extends { readonly version?: number | undefined }, Output, Refused = never>({
  action,
  input,
  edit,
}: DraftEdit<Call, Output, Refused>): StaffAction<WorkshopDeps, Edited<Output>, Refused> {
  return staffAction<WorkshopDeps, Call, Edited<Output>, Refused>({
    verb: "rules.edit",
    action,
    input,
    plan: async (deps, call, context) => {
      if ((call.version ?? context.ifVersion) === null)
        return invalid("no_version", "version", "say which version of the draft this edits: `version`, or `If-Match`");
      const sets = await readDraftSet(deps);
      if (!sets.ok) return sets;
      const { draft, live } = sets.value;
      const edited = await edit(call, sets.value, deps, context);
      if (!edited.ok) return edited;
      const { sources, target, stateOf, output, baseSeq = draft.baseSeq } = edited.value;
      const sized = RuleSources.safeParse(sources);
      if (!sized.success) return invalid("too_large", sized.error.issues[0]?.path.join(".") ?? "", sized.error.issues[0]?.message ?? "");
      const checked = checkSources(sources, besideLive(deps.options, live));
      const version = draft.version + 1;
      const text = JSON.stringify(sources);
      const isEdited = live === null || baseSeq !== live.record.seq || text !== JSON.stringify(live.sources);
      const updatedBy = context.actor.name ?? context.actor.id;
      const after = stateOf(sources);
      return ok({
        change: deps.drafts.replacing({ version, baseSeq, text, isEdited, updatedBy, updatedAtMs: context.nowMs }),
        target,
        current: { version: draft.version, state: stateOf(draft.sources) ?? {} },
        expected: call.version,
        after,
        reread: async () => {
          const now = await readDraftSet(deps);
          if (!now.ok) return err({ source: "postgres", reason: "unavailable" });
          return ok({ version: now.value.draft.version, state: stateOf(now.value.draft.sources) ?? {} });
        },
        lastChange: async () => {
          const stored = await deps.drafts.read(WORKSHOP_BUDGET_MS);
          if (!stored.ok || stored.value === null) return stored.ok ? ok(null) : stored;
          const { updatedBy: actor, updatedAtMs: atMs } = stored.value;
          return ok({ actor, name: actor, action: "draft.edit", atMs });
        },
        output: checked.ok
          ? { version, faults: [], warnings: adviseSources(sources.files, checked.value, null), output }
          : { version, faults: checked.error, warnings: [], output },
      });
    },
  });
}

const invalid = (code: string, path: string, message: string): Result<never, StaffRefusal> =>
  err({ kind: "invalid", faults: [{ code, path, message }] });
