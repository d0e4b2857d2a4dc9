import { ok } from "../../core/result.ts";
import type { ApprovalRecord } from "../../ports/workshop.ts";
import { staffAction } from "../staff-action.ts";
import { liveTarget, rereadLive, versionedLive } from "./live-version.ts";
import { type Parked, PublishCall, preparePublish } from "./prepare-publish.ts";
import { type VersionRefusal, WORKSHOP_BUDGET_MS, type WorkshopDeps } from "./workshop-deps.ts";

/** Parks a checked set until another person approves it: exactly these texts, made from the version that is live now. */
export const requestApproval = staffAction<WorkshopDeps, PublishCall, Parked, VersionRefusal>({
  verb: "rules.publish",
  action: "approval.request",
  input: PublishCall,
  plan: async (deps, input, { actor, nowMs }) => {
    const prepared = await preparePublish(deps, input);
    if (!prepared.ok) return prepared;
    const { live, sources, warnings } = prepared.value;
    const approval: ApprovalRecord = {
      id: deps.newId(),
      state: "pending",
      baseSeq: live?.record.seq ?? 0,
      text: JSON.stringify(sources),
      message: input.message,
      author: { id: actor.id, name: actor.name ?? actor.id },
      createdAtMs: nowMs,
      ...{ decidedBy: null, decidedAtMs: null, note: "", seq: null },
    };
    return ok({
      change: deps.approvals.requesting(approval),
      target: { kind: "approval", id: approval.id, isPersonal: false },
      // Nothing live changes yet, but what was made from an older version is a conflict already now.
      current: versionedLive(live),
      expected: input.version,
      after: { state: "pending", base_seq: approval.baseSeq, message: input.message },
      reread: () => rereadLive(deps),
      lastChange: () => deps.writes.lastChange(liveTarget, WORKSHOP_BUDGET_MS),
      output: { kind: "parked", approval: approval.id, warnings },
    });
  },
});
