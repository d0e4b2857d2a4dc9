import * as z from "zod";
import { rulesetPublished } from "../../core/config/ruleset-published.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { diffSources, type SourcesDifference } from "../../core/rules/diff.ts";
import type { Fault } from "../../core/rules/fault.ts";
import { parseSources, type RuleSources } from "../../core/rules/sources.ts";
import type { ApprovalRecord } from "../../ports/workshop.ts";
import { makeLive, type PlannedVersion } from "../make-live.ts";
import { type StaffRefusal, staffAction, type Versioned } from "../staff-action.ts";
import { contextMay, type StaffContext } from "../staff-context.ts";
import { besideLive } from "./beside-live.ts";
import { liveTarget, rereadLive, versionedLive } from "./live-version.ts";
import { baseMoved, checkSet, planSet } from "./prepare-publish.ts";
import { readLiveSet, readVersionSet } from "./read-sets.ts";
import { unavailable, type VersionRefusal, WORKSHOP_BUDGET_MS, type WorkshopDeps } from "./workshop-deps.ts";

export const DecisionCall = z.strictObject({ note: z.string().trim().max(500).default("") });
const OneApproval = DecisionCall.extend({ id: z.string().min(1).max(100) });
type OneApproval = z.infer<typeof OneApproval>;

/** What waits for a second person, or waited: newest first. */
export async function listApprovals(
  deps: WorkshopDeps,
  context: StaffContext,
  state: ApprovalRecord["state"] | null,
): Promise<Result<readonly Omit<ApprovalRecord, "text">[], StaffRefusal>> {
  if (!contextMay(context, "rules.read")) return err({ kind: "not_allowed", verb: "rules.read", role: context.role });
  const listed = await deps.approvals.list(state, WORKSHOP_BUDGET_MS);
  return listed.ok ? listed : err(unavailable(listed.error));
}

export interface OneApprovalView {
  readonly approval: ApprovalRecord;
  readonly sources: RuleSources;
  /** What it says differently from the set that is live now; null when that has no sources. */
  readonly difference: SourcesDifference | null;
}

/** What exactly is asked for, beside what is live: for whoever is to decide on it. */
export async function readApproval(deps: WorkshopDeps, context: StaffContext, id: string): Promise<Result<OneApprovalView, StaffRefusal>> {
  if (!contextMay(context, "rules.read")) return err({ kind: "not_allowed", verb: "rules.read", role: context.role });
  const found = await deps.approvals.byId(id, WORKSHOP_BUDGET_MS);
  if (!found.ok) return err(unavailable(found.error));
  if (found.value === null) return err({ kind: "not_found", detail: `there is no approval \`${id}\`` });
  const live = await readLiveSet(deps);
  if (!live.ok) return live;
  const sources = parseSources(found.value.text);
  const before = live.value?.sources ?? null;
  return ok({ approval: found.value, sources, difference: before === null ? null : diffSources(before, sources) });
}

export interface Approved {
  readonly seq: number;
  readonly manifest: string;
  readonly ruleset: string;
  readonly features: string;
  readonly rules: number;
  readonly warnings: readonly Fault[];
}

const saveApproved = staffAction<WorkshopDeps, OneApproval, { version: PlannedVersion; approved: Approved }, VersionRefusal>({
  verb: "rules.approve",
  action: "approval.approve",
  input: OneApproval,
  plan: async (deps, { id, note }, { actor, nowMs }) => {
    const approval = await readPending(deps, id);
    if (!approval.ok) return approval;
    const { author, baseSeq, message, text } = approval.value;
    if (author.id === actor.id) return err({ kind: "own_approval" });
    const live = await readLiveSet(deps);
    if (!live.ok) return live;
    const isBase = await isStillBase(deps, baseSeq, live.value?.record ?? null);
    if (!isBase.ok) return isBase;
    if (!isBase.value) return baseMoved(deps, baseSeq, live.value);
    // Checked anew: the release may have changed since it was asked for.
    const sources = parseSources(text);
    const checked = checkSet({ options: besideLive(deps.options, live.value) }, sources);
    if (!checked.ok) return checked;
    const about = { kind: "publish", author: author.name, message } as const;
    const version = await planSet(deps, { live: live.value, sources, checked: checked.value.checked }, about);
    const decidedBy = { id: actor.id, name: actor.name ?? actor.id };
    const { seq, ruleset, features } = version.manifest;
    const rules = checked.value.checked.ruleset.rules.length;
    return ok({
      change: deps.manifests.saving(version.record, version.contents, { approval: { id, decidedBy, note } }),
      also: [deps.webhooks.adding(rulesetPublished(version.record, nowMs))],
      target: liveTarget,
      current: versionedLive(live.value),
      after: { seq, ruleset, features, message, approval: id, author: author.id },
      reread: () => rereadLive(deps),
      output: { version, approved: { seq, manifest: version.record.hash, ruleset, features, rules, warnings: checked.value.warnings } },
    });
  },
});

/** Publishes exactly what was asked for, if another person asked and what it was made from is still live. */
export async function approvePublish(
  deps: WorkshopDeps,
  context: StaffContext,
  input: unknown,
): Promise<Result<Approved, VersionRefusal | StaffRefusal>> {
  const saved = await saveApproved(deps, context, input);
  if (!saved.ok) return saved;
  const live = await makeLive(deps, saved.value.version);
  return live.ok ? ok(saved.value.approved) : live;
}

/** Turns a request down; its author may withdraw it so. */
export const rejectPublish = staffAction<WorkshopDeps, OneApproval, { readonly id: string }>({
  verb: "rules.approve",
  action: "approval.reject",
  input: OneApproval,
  plan: async (deps, { id, note }, { actor, nowMs }) => {
    const approval = await readPending(deps, id);
    if (!approval.ok) return approval;
    return ok({
      change: deps.approvals.rejecting(id, { id: actor.id, name: actor.name ?? actor.id }, note, nowMs),
      target: { kind: "approval", id, isPersonal: false },
      current: stateOf(approval.value),
      after: { state: "rejected", base_seq: approval.value.baseSeq, note },
      reread: async () => {
        const now = await deps.approvals.byId(id, WORKSHOP_BUDGET_MS);
        return now.ok ? ok(now.value === null ? null : stateOf(now.value)) : now;
      },
      output: { id },
    });
  },
});

const stateOf = ({ state, baseSeq, note }: ApprovalRecord): Versioned => ({
  version: state === "pending" ? 1 : 2,
  state: { state, base_seq: baseSeq, note },
});

async function readPending(deps: WorkshopDeps, id: string): Promise<Result<ApprovalRecord, StaffRefusal>> {
  const found = await deps.approvals.byId(id, WORKSHOP_BUDGET_MS);
  if (!found.ok) return err(unavailable(found.error));
  if (found.value === null) return err({ kind: "not_found", detail: `there is no approval \`${id}\`` });
  const { state, decidedBy } = found.value;
  if (state === "pending") return ok(found.value);
  const message = `was ${state} by \`${decidedBy?.name ?? "somebody"}\` already`;
  return err({ kind: "invalid", faults: [{ code: "is_decided", path: "id", message }] });
}

/** Whether what is live has the sources of the version that was live when it was asked for: a change of lists alone does not count. */
async function isStillBase(
  deps: WorkshopDeps,
  baseSeq: number,
  live: { readonly seq: number; readonly source: string | null } | null,
): Promise<Result<boolean, StaffRefusal>> {
  if (baseSeq === (live?.seq ?? 0)) return ok(true);
  if (live === null || live.source === null || baseSeq === 0) return ok(false);
  const base = await readVersionSet(deps, baseSeq);
  return base.ok ? ok(base.value.record.source === live.source) : base;
}
