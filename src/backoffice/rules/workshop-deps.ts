import type { ConfigOptions } from "../../core/config/compile.ts";
import type { SourcesDifference } from "../../core/rules/diff.ts";
import type { Fault } from "../../core/rules/fault.ts";
import type { CaseResult } from "../../core/rules/run-cases.ts";
import type { SourceFault } from "../../ports/answer.ts";
import type { WebhookOutbox } from "../../ports/webhooks.ts";
import type { ApprovalStore, DependentSource, DraftStore } from "../../ports/workshop.ts";
import type { Delay, LiveDeps } from "../make-live.ts";
import type { StaffDeps, StaffRefusal } from "../staff-action.ts";

export const WORKSHOP_BUDGET_MS = 10_000;

/** What editing, publishing and undoing rules needs. */
export interface WorkshopDeps extends StaffDeps, LiveDeps {
  readonly drafts: DraftStore;
  readonly dependents: DependentSource;
  readonly approvals: ApprovalStore;
  readonly webhooks: Pick<WebhookOutbox, "adding">;
  readonly options: ConfigOptions;
}

/** Why a set of rules did not become a version. */
export type VersionRefusal =
  | { readonly kind: "faults"; readonly faults: readonly Fault[] }
  | { readonly kind: "cases_failed"; readonly faults: readonly Fault[]; readonly cases: readonly CaseResult[] }
  /** The live set is no longer the one that this was made from. */
  | {
      readonly kind: "base_moved";
      readonly baseSeq: number;
      readonly live: { readonly seq: number; readonly author: string; readonly message: string; readonly atMs: number };
      /** What the live set changed since; null when one of the two has no sources or cannot be read. */
      readonly difference: SourcesDifference | null;
    }
  | { readonly kind: "own_approval" }
  | Delay;

export const unavailable = ({ source }: SourceFault): StaffRefusal => ({ kind: "unavailable", part: source });
