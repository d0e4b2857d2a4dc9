import { err, ok, type Result } from "../result.ts";
import type { ReportStatus, Verdict } from "./report.ts";
import type { Report, ReportActor, ReportStep } from "./report-record.ts";

/** What may follow what (S4.1). */
const MOVES: Readonly<Record<ReportStatus, readonly ReportStatus[]>> = {
  pending: ["reviewing", "confirmed", "rejected"],
  reviewing: ["confirmed", "rejected"],
  confirmed: ["resolved"],
  rejected: ["resolved"],
  resolved: ["reviewing"],
};

/** Statuses that a report may be moved to from here. */
export function allowedMoves(from: ReportStatus): readonly ReportStatus[] {
  return MOVES[from];
}

/** Whether nobody decided it yet: it takes findings in, and its deadline counts. */
export function isOpen(status: ReportStatus): boolean {
  return status === "pending" || status === "reviewing";
}

export interface Move {
  readonly to: ReportStatus;
  readonly resolution: string | null;
  readonly note: string | null;
  readonly actor: ReportActor;
  readonly atMs: number;
}
export interface MoveRefused {
  readonly kind: "move_not_allowed";
  readonly from: ReportStatus;
  readonly to: ReportStatus;
  readonly allowed: readonly ReportStatus[];
}

/**
 * The report after a move, and the line it leaves in the history. Who takes a report nobody has gets it. A report that is opened again has no
 * deadline: what hung on it was told when it was closed.
 */
export function moveReport(report: Report, move: Move): Result<{ readonly report: Report; readonly step: ReportStep }, MoveRefused> {
  const { status: from } = report;
  const { to, actor, atMs, note } = move;
  const allowed = MOVES[from];
  if (!allowed.includes(to)) return err({ kind: "move_not_allowed", from, to, allowed });
  const moved = { ...report, ...fieldsAfter(report, move), status: to, version: report.version + 1 };
  const changes = changesBetween(report, moved);
  return ok({ report: moved, step: { atMs, actor, action: "move", from, to, note, changes } });
}

function fieldsAfter(report: Report, { to, resolution, actor, atMs }: Move): Partial<Report> {
  switch (to) {
    case "confirmed":
    case "rejected":
      return { resolution, decidedBy: actor.id, decidedAtMs: atMs };
    case "resolved":
      return { resolution: resolution ?? report.resolution };
    case "reviewing":
      return {
        assignee: report.assignee ?? actor.id,
        ...(report.status === "resolved" ? { deadline: null, resolution, decidedBy: null, decidedAtMs: null } : {}),
      };
    case "pending":
      return {};
  }
}

export type ReportEdit = Partial<Pick<Report, "notes" | "assignee" | "severity">>;

/** The report with other notes, assignee or severity, in any status, and the line it leaves; an edit that changes nothing leaves one too. */
export function editReport(
  report: Report,
  edit: ReportEdit,
  by: { readonly actor: ReportActor; readonly atMs: number; readonly note: string | null },
): { readonly report: Report; readonly step: ReportStep } {
  const edited = { ...report, ...edit, version: report.version + 1 };
  return { report: edited, step: { ...by, action: "edit", from: null, to: null, changes: changesBetween(report, edited) } };
}

const TOLD = ["severity", "assignee", "notes", "resolution"] as const;

function changesBetween(before: Report, after: Report): ReportStep["changes"] {
  const changed = TOLD.filter((field) => before[field] !== after[field]);
  return changed.length === 0 ? null : Object.fromEntries(changed.map((field) => [field, [before[field], after[field]] as const]));
}

/** What the decisions behind a report are labelled as once it has this status; null for a status that says nothing of them. */
export function labelOf(status: ReportStatus): "fraud" | "legitimate" | null {
  return status === "confirmed" ? "fraud" : status === "rejected" ? "legitimate" : null;
}

/** What holds for the transaction of a case that was closed; null while it is not decided. */
export function verdictOf(status: ReportStatus): Verdict | null {
  return status === "confirmed" ? "block" : status === "rejected" ? "allow" : null;
}
