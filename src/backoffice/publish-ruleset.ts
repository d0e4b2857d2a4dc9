import { rulesetPublished } from "../core/config/ruleset-published.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { Fault } from "../core/rules/fault.ts";
import { makeLive, type PlannedVersion } from "./make-live.ts";
import { liveTarget, rereadLive, versionedLive } from "./rules/live-version.ts";
import { type Parked, PublishCall, planSet, preparePublish } from "./rules/prepare-publish.ts";
import { requestApproval } from "./rules/request-approval.ts";
import type { VersionRefusal, WorkshopDeps } from "./rules/workshop-deps.ts";
import { type StaffRefusal, staffAction } from "./staff-action.ts";
import type { StaffContext } from "./staff-context.ts";

export interface Published {
  readonly kind: "published";
  readonly seq: number;
  readonly manifest: string;
  readonly ruleset: string;
  readonly features: string;
  readonly rules: number;
  readonly warnings: readonly Fault[];
}
/** The set in force asks for a second person: nothing was saved. */
interface NeedsApproval {
  readonly kind: "needs_approval";
}

/** Checks a set of rules, runs its cases and saves it as the next version; nothing is live yet. */
const saveRuleset = staffAction<
  WorkshopDeps,
  PublishCall,
  { version: PlannedVersion; published: Published },
  VersionRefusal | NeedsApproval
>({
  verb: "rules.publish",
  action: "ruleset.publish",
  input: PublishCall,
  plan: async (deps, input, context) => {
    const prepared = await preparePublish(deps, input);
    if (!prepared.ok) return prepared;
    const { live, draft, sources, checked, warnings, needsApproval } = prepared.value;
    if (needsApproval) return err({ kind: "needs_approval" });
    const author = context.actor.name ?? context.actor.id;
    const version = await planSet(deps, prepared.value, { kind: "publish", author, message: input.message });
    const { seq, ruleset, features } = version.manifest;
    // The draft as it was read: an edit that came in between is neither published unseen nor lost.
    const held =
      draft === null || draft.version === 0 ? {} : { draft: { version: draft.version, text: JSON.stringify(sources), updatedBy: author } };
    return ok({
      change: deps.manifests.saving(version.record, version.contents, held),
      also: [deps.webhooks.adding(rulesetPublished(version.record, context.nowMs))],
      target: liveTarget,
      current: versionedLive(live),
      expected: input.version,
      after: { seq, ruleset, features, message: input.message },
      reread: () => rereadLive(deps),
      output: {
        version,
        published: {
          kind: "published",
          seq,
          manifest: version.record.hash,
          ruleset,
          features,
          rules: checked.ruleset.rules.length,
          warnings,
        },
      },
    });
  },
});

/**
 * Checks a set of rules with its cases and makes it live for the next decision (D3): Postgres, KV (read back), Redis content, Redis pointer, KV pointer.
 * Nothing is live before the Redis pointer moves; what fails after it is repaired by the schedule. Under `policy.requireApproval` it is parked instead.
 */
export async function publishRuleset(
  deps: WorkshopDeps,
  context: StaffContext,
  input: unknown,
): Promise<Result<Published | Parked, VersionRefusal | StaffRefusal>> {
  const saved = await saveRuleset(deps, context, input);
  if (!saved.ok) return saved.error.kind === "needs_approval" ? requestApproval(deps, context, input) : err(saved.error);
  const live = await makeLive(deps, saved.value.version);
  return live.ok ? ok(saved.value.published) : live;
}
