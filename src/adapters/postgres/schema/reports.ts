import { sql } from "drizzle-orm";
import { bigserial, boolean, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import { REPORT_ORIGINS, REPORT_STATUSES, REPORT_TYPES } from "../../../core/reports/report.ts";
import { SEVERITIES } from "../../../core/rules/document.ts";
import { instant } from "./columns.ts";

/** Suspicions that people work on. Of one cause (`dedup_key`) at most one report is open; seen again, it takes the finding in. */
export const fraudReports = pgTable(
  "fraud_reports",
  {
    id: text().primaryKey(),
    livemode: boolean().notNull(),
    dedupKey: text().notNull(),
    type: text({ enum: REPORT_TYPES }).notNull(),
    severity: text({ enum: SEVERITIES }).notNull(),
    status: text({ enum: REPORT_STATUSES }).notNull().default("pending"),
    origin: text({ enum: REPORT_ORIGINS }).notNull(),
    /** Whom it is about; both null when it is about no entity. */
    entityKind: text(),
    entityValue: text(),
    description: text().notNull(),
    ruleId: text(),
    /** Until when a person must have decided, and what holds when nobody did. */
    deadlineAt: instant(),
    fallback: text({ enum: ["allow", "block"] }),
    openedAt: instant().notNull(),
    lastFoundAt: instant().notNull(),
    findings: integer().notNull(),
    assignee: text(),
    notes: text().notNull().default(""),
    resolution: text(),
    /** Who confirmed or rejected it last, and when. */
    decidedBy: text(),
    decidedAt: instant(),
    /** Raised by what people and deadlines do, so that a finding more gets in nobody's way. */
    version: integer().notNull().default(1),
  },
  (t) => [
    uniqueIndex("fraud_reports_open").on(t.livemode, t.dedupKey).where(sql`${t.status} in ('pending', 'reviewing')`),
    index("fraud_reports_newest").on(t.livemode, t.openedAt.desc().nullsFirst(), t.id.desc().nullsFirst()),
    index("fraud_reports_deadline").on(t.deadlineAt).where(sql`${t.status} in ('pending', 'reviewing') and ${t.deadlineAt} is not null`),
    index("fraud_reports_rule").on(t.ruleId).where(sql`${t.ruleId} is not null and ${t.status} in ('pending', 'reviewing')`),
  ],
);

/** What was found, each once by its id: the first finding opens a report under the same id. */
export const reportFindings = pgTable(
  "report_findings",
  {
    id: text().primaryKey(),
    reportId: text().notNull(),
    foundAt: instant().notNull(),
    severity: text({ enum: SEVERITIES }).notNull(),
    description: text().notNull(),
    evidence: jsonb().notNull(),
  },
  (t) => [index("report_findings_report").on(t.reportId, t.foundAt.desc().nullsFirst())],
);

/** Entities that findings named beside the one a report is about. */
export const reportRelated = pgTable(
  "report_related",
  { reportId: text().notNull(), kind: text().notNull(), value: text().notNull() },
  (t) => [primaryKey({ columns: [t.reportId, t.kind, t.value] }), index("report_related_entity").on(t.kind, t.value)],
);

/** The decisions behind a report: closing it labels them. */
export const reportDecisions = pgTable("report_decisions", { reportId: text().notNull(), decisionId: text().notNull() }, (t) => [
  primaryKey({ columns: [t.reportId, t.decisionId] }),
  index("report_decisions_decision").on(t.decisionId),
]);

/** What was done to a report, in order. */
export const reportHistory = pgTable(
  "report_history",
  {
    id: bigserial({ mode: "number" }).primaryKey(),
    reportId: text().notNull(),
    at: instant().notNull(),
    /** An actor's id; `system:` and what it is for what nobody did. */
    actor: text().notNull(),
    actorName: text(),
    /** `open`, `move`, `edit`. */
    action: text().notNull(),
    fromStatus: text({ enum: REPORT_STATUSES }),
    toStatus: text({ enum: REPORT_STATUSES }),
    note: text(),
    /** Fields that an edit changed: `{ field: [before, after] }`. */
    changes: jsonb(),
  },
  (t) => [index("report_history_report").on(t.reportId, t.id)],
);
