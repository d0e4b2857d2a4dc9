import * as z from "zod";
import { LISTED_KINDS } from "../../../../core/lists/list-hit.ts";
import { allowedMoves } from "../../../../core/reports/moves.ts";
import { REPORT_ORIGINS, REPORT_STATUSES, REPORT_TYPES } from "../../../../core/reports/report.ts";
import type { Report } from "../../../../core/reports/report-record.ts";
import { SEVERITIES } from "../../../../core/rules/document.ts";
import { LABELS } from "../../../../ports/records.ts";
import type { ReportDetail } from "../../../../ports/reports.ts";

export const ReportAnswer = z.object({
  id: z.string(),
  type: z.enum(REPORT_TYPES),
  severity: z.enum(SEVERITIES),
  status: z.enum(REPORT_STATUSES),
  /** Where it may be moved. */
  allowed_moves: z.array(z.enum(REPORT_STATUSES)),
  origin: z.enum(REPORT_ORIGINS),
  livemode: z.boolean(),
  entity: z.object({ type: z.enum(LISTED_KINDS), value: z.string() }).nullable(),
  description: z.string(),
  rule_id: z.string().nullable(),
  findings_count: z.int(),
  assignee: z.string().nullable(),
  notes: z.string(),
  resolution: z.string().nullable(),
  deadline_at: z.string().nullable(),
  /** What holds for the transaction when nobody decides by the deadline. */
  fallback: z.enum(["allow", "block"]).nullable(),
  opened_at: z.string(),
  last_found_at: z.string(),
  decided_by: z.string().nullable(),
  decided_at: z.string().nullable(),
  version: z.int(),
});

export const DetailAnswer = ReportAnswer.extend({
  /** Of the newest finding. */
  evidence: z.record(z.string(), z.unknown()),
  findings: z.array(
    z.object({
      id: z.string(),
      found_at: z.string(),
      severity: z.enum(SEVERITIES),
      description: z.string(),
      evidence: z.record(z.string(), z.unknown()),
    }),
  ),
  /** Named by findings, or by the decisions behind the report. */
  related: z.object({
    addresses: z.array(z.string()),
    devices: z.array(z.string()),
    clients: z.array(z.string()),
    others: z.array(z.object({ type: z.string(), value: z.string() })),
  }),
  decisions: z.array(
    z.object({
      decision_id: z.string(),
      transaction_id: z.string().nullable(),
      stage: z.string().nullable(),
      outcome: z.string().nullable(),
      risk_score: z.number().nullable(),
      decided_at: z.string().nullable(),
      label: z.enum(LABELS).nullable(),
    }),
  ),
  history: z.array(
    z.object({
      at: z.string(),
      by: z.object({ id: z.string(), name: z.string().nullable() }),
      action: z.string(),
      from: z.enum(REPORT_STATUSES).nullable(),
      to: z.enum(REPORT_STATUSES).nullable(),
      note: z.string().nullable(),
      /** Fields with their values before and after. */
      changes: z.record(z.string(), z.tuple([z.unknown(), z.unknown()])).nullable(),
    }),
  ),
});

const iso = (ms: number): string => new Date(ms).toISOString();
const isoOrNull = (ms: number | null): string | null => (ms === null ? null : iso(ms));

export function presentReport(report: Report): z.infer<typeof ReportAnswer> {
  const { id, type, severity, status, origin, livemode, entity, description, assignee, notes, resolution, deadline, version } = report;
  return {
    ...{ id, type, severity, status, origin, livemode, description, assignee, notes, resolution, version },
    allowed_moves: [...allowedMoves(status)],
    entity: entity === null ? null : { type: entity.kind, value: entity.value },
    rule_id: report.ruleId,
    findings_count: report.findings,
    deadline_at: deadline === null ? null : iso(deadline.atMs),
    fallback: deadline?.fallback ?? null,
    opened_at: iso(report.openedAtMs),
    last_found_at: iso(report.lastFoundAtMs),
    decided_by: report.decidedBy,
    decided_at: isoOrNull(report.decidedAtMs),
  };
}

const GROUPS: ReadonlySet<string> = new Set(["ip", "device", "client"]);

export function presentDetail({ report, findings, decisions, related, history }: ReportDetail): z.infer<typeof DetailAnswer> {
  const of = (kind: string): string[] => related.flatMap((entity) => (entity.kind === kind ? [entity.value] : []));
  return {
    ...presentReport(report),
    evidence: findings[0]?.evidence ?? {},
    findings: findings.map(({ foundAtMs, ...finding }) => ({ ...finding, found_at: iso(foundAtMs) })),
    related: {
      addresses: of("ip"),
      devices: of("device"),
      clients: of("client"),
      others: related.filter(({ kind }) => !GROUPS.has(kind)).map(({ kind, value }) => ({ type: kind, value })),
    },
    decisions: decisions.map((decision) => ({
      decision_id: decision.decisionId,
      transaction_id: decision.transactionId,
      stage: decision.stage,
      outcome: decision.outcome,
      risk_score: decision.riskScore,
      decided_at: isoOrNull(decision.decidedAtMs),
      label: decision.label,
    })),
    history: history.map(({ atMs, actor, action, from, to, note, changes }) => ({
      ...{ at: iso(atMs), by: actor, action, from, to, note },
      changes: changes === null ? null : Object.fromEntries(Object.entries(changes).map(([field, [was, is]]) => [field, [was, is]])),
    })),
  };
}
