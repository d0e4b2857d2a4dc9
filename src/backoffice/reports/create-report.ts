import * as z from "zod";
import { formatPath, type InputFault } from "../../core/event/lenient.ts";
import type { ListedKind } from "../../core/lists/list-hit.ts";
import { reportCreated } from "../../core/reports/describe-report.ts";
import { type NewReport, REPORT_TYPES } from "../../core/reports/report.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { SEVERITIES } from "../../core/rules/document.ts";
import type { ReportDetail } from "../../ports/reports.ts";
import { EntryType } from "../lists/entry-calls.ts";
import { readEntryValue } from "../lists/entry-value.ts";
import { type StaffRefusal, staffAction } from "../staff-action.ts";
import type { StaffContext } from "../staff-context.ts";
import { noReport, REPORT_BUDGET_MS, type ReportDeps, reportTarget } from "./report-deps.ts";

const MOST_EVIDENCE = 65_536;
const Value = z.string().trim().min(1).max(512);
const Values = z.array(Value).max(100).default([]);

export const NewReportBody = z.strictObject({
  type: z.enum(REPORT_TYPES),
  severity: z.enum(SEVERITIES).default("medium"),
  description: z.string().trim().min(1).max(2_000),
  /** Whom it is about. */
  entity: z.strictObject({ type: EntryType, value: Value }).nullable().default(null),
  addresses: Values,
  devices: Values,
  clients: Values,
  /** Decisions behind it: closing the report labels them. */
  decision_ids: z.array(z.string().min(1).max(200)).max(200).default([]),
  evidence: z
    .record(z.string(), z.unknown())
    .refine((evidence) => JSON.stringify(evidence).length <= MOST_EVIDENCE, `must have at most ${MOST_EVIDENCE} characters as JSON`)
    .default({}),
  notes: z.string().trim().max(10_000).default(""),
  rule_id: z.string().trim().min(1).max(200).nullable().default(null),
  /** False makes it about the world of test keys; a key of that world makes no other. */
  livemode: z.boolean().optional(),
});
const create = staffAction<ReportDeps, z.infer<typeof NewReportBody>, NewReport>({
  verb: "reports.handle",
  action: "report.create",
  input: NewReportBody,
  plan: async (deps, call, context) => {
    const livemode = call.livemode ?? context.world === "live";
    const faults: InputFault[] = [];
    if (livemode && context.world === "test")
      faults.push({ code: "other_world", path: "livemode", message: "a key of the test world makes reports of that world" });
    const read = (kind: ListedKind, text: string, path: readonly PropertyKey[]): string => {
      const value = readEntryValue(kind, text);
      if (value.ok) return value.value.value;
      faults.push({ code: "bad_value", path: formatPath([...path]), message: value.error });
      return text;
    };
    const all = (kind: ListedKind, texts: readonly string[], path: string) => [
      ...new Set(texts.map((text, at) => read(kind, text, [path, at]))),
    ];
    const kind = call.entity?.type === "user" ? "client" : call.entity?.type;
    const entity = call.entity === null || kind === undefined ? null : { kind, value: read(kind, call.entity.value, ["entity", "value"]) };
    const related = {
      addresses: all("ip", call.addresses, "addresses"),
      devices: all("device", call.devices, "devices"),
      clients: all("client", call.clients, "clients"),
    };
    const known = await deps.reports.knownDecisions(call.decision_ids, livemode, REPORT_BUDGET_MS);
    if (!known.ok) return err({ kind: "unavailable", part: known.error.source });
    for (const [at, id] of call.decision_ids.entries())
      if (!known.value.has(id))
        faults.push({ code: "unknown_decision", path: `decision_ids[${at}]`, message: `there is no decision \`${id}\`` });
    if (faults.length > 0) return err({ kind: "invalid", faults });
    const id = deps.newId();
    const report: NewReport = {
      ...{ id, dedupKey: `hand:${id}`, origin: "hand", livemode, entity, related },
      ...{ type: call.type, severity: call.severity, description: call.description, evidence: call.evidence, ruleId: call.rule_id },
      ...{ decisionIds: [...new Set(call.decision_ids)], deadline: null, openedAtMs: context.nowMs },
    };
    return ok({
      change: deps.reports.creating(report, call.notes, context.actor),
      also: [deps.webhooks.adding(reportCreated(report))],
      target: reportTarget(id),
      current: null,
      after: {
        type: report.type,
        severity: report.severity,
        status: "pending",
        origin: "hand",
        livemode,
        decisions: report.decisionIds.length,
      },
      reread: async () => ok(null),
      output: report,
    });
  },
});

/** Opens a report by hand, and reads it back with whom its decisions are about; every call makes one. */
export async function createReport(deps: ReportDeps, context: StaffContext, input: unknown): Promise<Result<ReportDetail, StaffRefusal>> {
  const made = await create(deps, context, input);
  if (!made.ok) return made;
  const read = await deps.reports.detail(made.value.id, REPORT_BUDGET_MS);
  if (!read.ok) return err({ kind: "unavailable", part: read.error.source });
  return read.value === null ? err(noReport(made.value.id)) : ok(read.value);
}
