import type { EntityKind } from "../event/entity.ts";
import type { ReportSeverity, ReportType } from "../reports/report.ts";
import type { ConditionNode } from "../rules/condition.ts";
import type { RuleKind } from "../rules/ruleset.ts";
import type { TrafficEntity, TrafficType } from "./trigger-document.ts";

interface Trigger {
  readonly id: string;
  readonly name: string;
  readonly report: ReportType;
  readonly severity: ReportSeverity;
}
/** A checked trigger over decisions. `null` asks for nothing. */
export interface DecisionTrigger extends Trigger {
  readonly about: readonly EntityKind[];
  readonly on: readonly RuleKind[];
  readonly condition: ConditionNode | null;
  readonly blocked: boolean;
  readonly riskScore: number | null;
}
export interface SequenceStep {
  readonly event: TrafficType;
  readonly status: "success" | "failed" | null;
}
/** A checked trigger over an entity's events: at least `atLeast` of them in (t − windowMs, t]. */
export interface EventTrigger extends Trigger {
  readonly about: TrafficEntity;
  readonly event: TrafficType;
  readonly status: "success" | "failed" | null;
  readonly windowMs: number;
  readonly atLeast: number;
  /** Counts different values of it; null counts events. */
  readonly distinct: "client" | "device" | "ip" | "email" | null;
  /** The count as a share of these, and what the share surely exceeds. */
  readonly share: { readonly per: "click" | "impression"; readonly above: number } | null;
  /** What must follow in this order within the window. */
  readonly followedBy: readonly SequenceStep[];
}
/** What opens reports by itself, in the order of the file; those that are switched off are left out. */
export interface Triggers {
  readonly decisions: readonly DecisionTrigger[];
  readonly events: readonly EventTrigger[];
}
