import type * as z from "zod";
import type { AuditDetails } from "../../core/audit/entry.ts";
import { compileConfig } from "../../core/config/compile.ts";
import type { VersionKind } from "../../core/config/next-manifest.ts";
import { rulesetPublished } from "../../core/config/ruleset-published.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { RuleSources } from "../../core/rules/sources.ts";
import type { SavingConditions } from "../../ports/configuration.ts";
import { makeLive, type PlannedVersion, planVersion, type VersionChanges } from "../make-live.ts";
import { type StaffRefusal, staffAction } from "../staff-action.ts";
import type { StaffContext } from "../staff-context.ts";
import { liveTarget, rereadLive, versionedLive } from "./live-version.ts";
import { type DraftSet, readDraftSet, type VersionSet } from "./read-sets.ts";
import type { VersionRefusal, WorkshopDeps } from "./workshop-deps.ts";

/** Who is first decides which version is next; an undo tries again until it is its turn. */
const MOST_ATTEMPTS = 10;

/** A version that went live. */
export interface LiveVersion<Output> {
  readonly seq: number;
  readonly manifest: string;
  readonly output: Output;
}
interface VersionPlan<Output> {
  readonly changes: VersionChanges & { readonly ruleset: string; readonly features: string };
  readonly message: string;
  readonly conditions?: SavingConditions;
  /** Beside the version's number and hashes, for the audit log. */
  readonly about: AuditDetails;
  readonly output: Output;
}
interface VersionVerb<Call, Output> {
  readonly action: string;
  readonly kind: VersionKind;
  readonly input: z.ZodType<Call>;
  readonly plan: (
    deps: WorkshopDeps,
    call: Call,
    sets: { readonly live: VersionSet; readonly draft: DraftSet },
    context: StaffContext,
  ) => Promise<Result<VersionPlan<Output>, VersionRefusal | StaffRefusal>>;
}
export type VersionAction<Output> = (
  deps: WorkshopDeps,
  context: StaffContext,
  input: unknown,
) => Promise<Result<LiveVersion<Output>, VersionRefusal | StaffRefusal>>;

/**
 * Makes a verb that changes what is live and is not a publish: it needs no approval, because it takes something back or silences it for a while.
 * Without a version named by the caller it is planned anew when somebody else was first; with one, that is a conflict.
 */
export function versionAction<Call extends { readonly version?: number | undefined }, Output>(
  verb: VersionVerb<Call, Output>,
): VersionAction<Output> {
  const save = staffAction<WorkshopDeps, Call, { version: PlannedVersion; output: Output }, VersionRefusal>({
    verb: "rules.publish",
    action: verb.action,
    input: verb.input,
    plan: async (deps, call, context) => {
      const sets = await readDraftSet(deps);
      if (!sets.ok) return sets;
      const { live, draft } = sets.value;
      if (live === null) return err({ kind: "not_found", detail: "nothing is live yet" });
      const planned = await verb.plan(deps, call, { live, draft }, context);
      if (!planned.ok) return planned;
      const { changes, message, conditions, about, output } = planned.value;
      const author = context.actor.name ?? context.actor.id;
      const version = await planVersion(live.record, changes, { kind: verb.kind, author, message });
      const fault = whyNotLoadable(deps, version, changes);
      if (fault !== null) return err({ kind: "faults", faults: [{ code: "not_loadable", path: "", message: fault }] });
      const { seq, ruleset, features } = version.manifest;
      return ok({
        change: deps.manifests.saving(version.record, version.contents, conditions),
        also: [deps.webhooks.adding(rulesetPublished(version.record, context.nowMs))],
        target: liveTarget,
        current: versionedLive(live),
        expected: call.version,
        after: { seq, ruleset, features, message, ...about },
        reread: () => rereadLive(deps),
        output: { version, output },
      });
    },
  });
  return async (deps, context, input) => {
    for (let attempt = 1; ; attempt++) {
      const saved = await save(deps, context, input);
      if (!saved.ok && saved.error.kind === "conflict" && !namesVersion(context, input) && attempt < MOST_ATTEMPTS) continue;
      if (!saved.ok) return saved;
      const { version, output } = saved.value;
      const live = await makeLive(deps, version);
      return live.ok ? ok({ seq: version.record.seq, manifest: version.record.hash, output }) : live;
    }
  };
}

/** The draft with the same edit, if it holds what is edited: otherwise it stays as it is, and behind. */
export function carryToDraft(draft: DraftSet, context: StaffContext, edit: (sources: RuleSources) => RuleSources | null): SavingConditions {
  if (draft.version === 0) return {};
  const edited = edit(draft.sources);
  if (edited === null) return {};
  return { draft: { version: draft.version, text: JSON.stringify(edited), updatedBy: context.actor.name ?? context.actor.id } };
}

const namesVersion = (context: StaffContext, input: unknown): boolean =>
  context.ifVersion !== null || (typeof input === "object" && input !== null && "version" in input && input.version !== undefined);

/** A version of long ago may be one that this release no longer takes; null when it can be loaded. */
function whyNotLoadable(
  { options }: WorkshopDeps,
  { manifest }: PlannedVersion,
  { ruleset, features }: VersionPlan<unknown>["changes"],
): string | null {
  try {
    compileConfig(manifest, ruleset, features, options);
    return null;
  } catch (fault) {
    return `this release cannot load it: ${fault instanceof Error ? fault.message : String(fault)}`;
  }
}
