import type { WebhookEvent } from "../webhooks/webhook-event.ts";
import type { NewReport } from "./report.ts";

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
