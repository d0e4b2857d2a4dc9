import * as z from "zod";
import { EditBody, editReport } from "../../../../backoffice/reports/edit-report.ts";
import { MoveBody } from "../../../../backoffice/reports/move-body.ts";
import { moveReport } from "../../../../backoffice/reports/move-report.ts";
import { readReport } from "../../../../backoffice/reports/read-reports.ts";
import { answerProblem } from "../../../problem.ts";
import type { Route } from "../../../route.ts";
import { staffContextOf } from "../../../staff-context.ts";
import { problemOfStaffRefusal } from "../../../staff-refusal.ts";
import { lateWarnings } from "../lists/list-refusal.ts";
import { readWithId } from "../read-with-id.ts";
import { DetailAnswer, presentDetail, presentReport, ReportAnswer } from "./report-answer.ts";
import { reportDepsOf } from "./report-deps.ts";
import { problemOfMoveRefusal } from "./report-refusal.ts";
import { REPORTS_PATH } from "./reports.ts";

const LOCKING = "With `If-Match` or `version`, a change that somebody else made first is a 409 that tells it.";

export const readOne: Route = {
  method: "get",
  path: `${REPORTS_PATH}/{id}`,
  verb: "reports.read",
  tag: "reports",
  summary: "A report with its evidence, history, decisions and whom they are about",
  answers: { 200: { description: "The report", schema: DetailAnswer } },
  handle: async (c) => {
    const found = await readReport(reportDepsOf(c.get("services")), staffContextOf(c), c.req.param("id") ?? "");
    if (!found.ok) return answerProblem(c, problemOfStaffRefusal(found.error));
    return c.json(presentDetail(found.value), 200, { etag: `"${found.value.report.version}"` });
  },
};

export const editOne: Route = {
  method: "patch",
  path: `${REPORTS_PATH}/{id}`,
  verb: "reports.handle",
  tag: "reports",
  summary: "Change notes, assignee or severity of a report",
  description: LOCKING,
  body: EditBody,
  answers: { 200: { description: "The report as it is now", schema: ReportAnswer } },
  handle: async (c) => {
    const body = await readWithId(c);
    if (!body.ok) return answerProblem(c, body.error);
    const edited = await editReport(reportDepsOf(c.get("services")), staffContextOf(c), body.value);
    if (!edited.ok) return answerProblem(c, problemOfStaffRefusal(edited.error));
    return c.json(presentReport(edited.value), 200, { etag: `"${edited.value.version}"` });
  },
};

export const moveOne: Route = {
  method: "post",
  path: `${REPORTS_PATH}/{id}/move`,
  verb: "reports.handle",
  tag: "reports",
  summary: "Move a report on: reviewing, confirmed, rejected, resolved",
  description:
    "Confirming labels the decisions behind it as fraud, rejecting as legitimate; the shop is told how a case ended. Confirming may list whom " +
    `it names: \`lists\` adds each value, or all values of a kind, to the block list or to a named list, in the same write. ${LOCKING}`,
  body: MoveBody,
  answers: { 200: { description: "The report as it is now", schema: ReportAnswer.extend({ warnings: z.array(z.string()) }) } },
  handle: async (c) => {
    const body = await readWithId(c);
    if (!body.ok) return answerProblem(c, body.error);
    const moved = await moveReport(reportDepsOf(c.get("services")), staffContextOf(c), body.value);
    if (!moved.ok) return answerProblem(c, problemOfMoveRefusal(moved.error));
    const { report, late } = moved.value;
    return c.json({ ...presentReport(report), warnings: lateWarnings(late) }, 200, { etag: `"${report.version}"` });
  },
};
