import type { NewReport, ReportStatus } from "./report.ts";

/** A report as it is kept. */
export interface Report
  extends Pick<
    NewReport,
    "id" | "livemode" | "dedupKey" | "type" | "severity" | "origin" | "entity" | "description" | "ruleId" | "deadline" | "openedAtMs"
  > {
  readonly status: ReportStatus;
  readonly lastFoundAtMs: number;
  /** How many findings it holds. */
  readonly findings: number;
  /** Id of whoever looks after it. */
  readonly assignee: string | null;
  readonly notes: string;
  /** What came of it, in a sentence. */
  readonly resolution: string | null;
  /** Who confirmed or rejected it last; an actor's id. */
  readonly decidedBy: string | null;
  readonly decidedAtMs: number | null;
  /** Raised by people and deadlines, not by findings. */
  readonly version: number;
}

/** Who did something to a report: a user's or key's id, or `system:` and what for. */
export interface ReportActor {
  readonly id: string;
  readonly name: string | null;
}

/** One line of a report's history. */
export interface ReportStep {
  readonly atMs: number;
  readonly actor: ReportActor;
  readonly action: "open" | "move" | "edit";
  readonly from: ReportStatus | null;
  readonly to: ReportStatus | null;
  readonly note: string | null;
  /** Fields by name with their values before and after; null for none. */
  readonly changes: Readonly<Record<string, readonly [before: unknown, after: unknown]>> | null;
}
