import type { WebhookEvent } from "../webhooks/webhook-event.ts";
import { verdictOf } from "./moves.ts";
import type { NewReport } from "./report.ts";
import type { Report } from "./report-record.ts";

const iso = (ms: number): string => new Date(ms).toISOString();

/** `report.created`, as subscribers are told; the same for the same report. Whom it is about is not told: its id leads there. */
export function reportCreated(report: NewReport): WebhookEvent {
  const { id, type, severity, origin, description, ruleId, decisionIds, deadline, livemode, openedAtMs } = report;
  return {
    id: `report.created:${id}`,
    type: "report.created",
    livemode,
    atMs: openedAtMs,
    data: {
      ...{ report_id: id, type, severity, origin, status: "pending", description, rule_id: ruleId, decision_ids: decisionIds },
      deadline_at: deadline === null ? null : iso(deadline.atMs),
      fallback: deadline?.fallback ?? null,
      opened_at: iso(openedAtMs),
    },
  };
}

/**
 * `decision.reviewed`: how a case of origin `review` ended, so that the shop learns the end; null for any other report or status. One that was
 * opened again and closed otherwise is told again.
 */
export function decisionReviewed(
  report: Report,
  decision: { readonly decisionId: string; readonly transactionId: string | null } | null,
  atMs: number,
): WebhookEvent | null {
  const final = verdictOf(report.status);
  if (report.origin !== "review" || final === null || decision === null || decision.transactionId === null) return null;
  return {
    id: `decision.reviewed:${report.id}:${report.version}`,
    type: "decision.reviewed",
    livemode: report.livemode,
    atMs,
    data: {
      transaction_id: decision.transactionId,
      decision_id: decision.decisionId,
      report_id: report.id,
      final,
      by: report.decidedBy,
      resolution: report.resolution,
      reviewed_at: iso(atMs),
    },
  };
}
