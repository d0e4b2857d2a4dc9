import * as z from "zod";
import { editReport as edited } from "../../core/reports/moves.ts";
import type { Report } from "../../core/reports/report-record.ts";
import { err, ok } from "../../core/result.ts";
import { SEVERITIES } from "../../core/rules/document.ts";
import { staffAction } from "../staff-action.ts";
import { findReport, type ReportDeps, reportState, reportTarget, rereadReport } from "./report-deps.ts";

/** What is left out stays. */
export const EditBody = z.strictObject({
  notes: z.string().trim().max(10_000).optional(),
  /** A user's or key's id, `me`, or null for nobody. */
  assignee: z.string().trim().min(1).max(100).nullable().optional(),
  severity: z.enum(SEVERITIES).optional(),
  /** Why, for the history. */
  note: z.string().trim().min(1).max(2_000).optional(),
  version: z.int().positive().optional(),
});
const Call = EditBody.extend({ id: z.string().min(1).max(200) });

/** Changes notes, assignee or severity of a report in any status. */
export const editReport = staffAction<ReportDeps, z.infer<typeof Call>, Report>({
  verb: "reports.handle",
  action: "report.edit",
  input: Call,
  plan: async (deps, { id, version, note, notes, assignee, severity }, context) => {
    if (notes === undefined && assignee === undefined && severity === undefined) {
      const message = "say what to change: `notes`, `assignee` or `severity`";
      return err({ kind: "invalid", faults: [{ code: "no_change", path: "", message }] });
    }
    const found = await findReport(deps, id, context);
    if (!found.ok) return found;
    const before = found.value;
    const edit = {
      ...(notes === undefined ? {} : { notes }),
      ...(assignee === undefined ? {} : { assignee: assignee === "me" ? context.actor.id : assignee }),
      ...(severity === undefined ? {} : { severity }),
    };
    const { report, step } = edited(before, edit, { actor: context.actor, atMs: context.nowMs, note: note ?? null });
    return ok({
      change: deps.reports.saving({ before, after: report, step, label: null }),
      target: reportTarget(id),
      current: reportState(before),
      expected: version,
      after: reportState(report).state,
      reread: () => rereadReport(deps, id),
      output: report,
    });
  },
});
