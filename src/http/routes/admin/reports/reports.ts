import * as z from "zod";
import { createReport, NewReportBody } from "../../../../backoffice/reports/create-report.ts";
import { searchReports } from "../../../../backoffice/reports/read-reports.ts";
import { readJson } from "../../../json-body.ts";
import { parseQuery } from "../../../parse-query.ts";
import { answerProblem } from "../../../problem.ts";
import type { Route } from "../../../route.ts";
import { staffContextOf } from "../../../staff-context.ts";
import { problemOfStaffRefusal } from "../../../staff-refusal.ts";
import { DetailAnswer, presentDetail, presentReport, ReportAnswer } from "./report-answer.ts";
import { reportDepsOf } from "./report-deps.ts";
import { ReportListQuery, toReportQuery, writePlace } from "./report-query.ts";

export const REPORTS_PATH = "/api/admin/fraud-reports";

export const listReports: Route = {
  method: "get",
  path: REPORTS_PATH,
  verb: "reports.read",
  tag: "reports",
  summary: "Suspicions and cases, newest first",
  description:
    "Filter by type, severity, status and origin (one or several, comma separated), assignee, the time they were opened, a part of " +
    "description or address (`q`), an entity they name (`value`) and a decision behind them. Page on with `before`, the `next` of the last answer.",
  query: ReportListQuery,
  answers: { 200: { description: "A page", schema: z.object({ reports: z.array(ReportAnswer), next: z.string().nullable() }) } },
  handle: async (c) => {
    const parsed = parseQuery(c, ReportListQuery);
    if (!parsed.ok) return answerProblem(c, parsed.error);
    const context = staffContextOf(c);
    const query = toReportQuery(parsed.value, { id: context.actor.id, world: context.world });
    const found = await searchReports(reportDepsOf(c.get("services")), context, query);
    if (!found.ok) return answerProblem(c, problemOfStaffRefusal(found.error));
    const { reports, next } = found.value;
    return c.json({ reports: reports.map(presentReport), next: next === null ? null : writePlace(next) });
  },
};

export const createOne: Route = {
  method: "post",
  path: REPORTS_PATH,
  verb: "reports.handle",
  tag: "reports",
  summary: "Open a report by hand",
  body: NewReportBody,
  answers: { 201: { description: "The report", schema: DetailAnswer } },
  handle: async (c) => {
    const body = await readJson(c);
    if (!body.ok) return answerProblem(c, body.error);
    const made = await createReport(reportDepsOf(c.get("services")), staffContextOf(c), body.value);
    if (!made.ok) return answerProblem(c, problemOfStaffRefusal(made.error));
    return c.json(presentDetail(made.value), 201, { etag: `"${made.value.report.version}"` });
  },
};
