import * as z from "zod";
import { type HandledOne, handleMany, ManyBody } from "../../../../backoffice/reports/handle-many.ts";
import { readJson } from "../../../json-body.ts";
import { answerProblem } from "../../../problem.ts";
import type { Route } from "../../../route.ts";
import { staffContextOf } from "../../../staff-context.ts";
import { problemOfStaffRefusal } from "../../../staff-refusal.ts";
import { presentReport, ReportAnswer } from "./report-answer.ts";
import { reportDepsOf } from "./report-deps.ts";
import { problemOfMoveRefusal } from "./report-refusal.ts";
import { REPORTS_PATH } from "./reports.ts";

const One = z.object({
  id: z.string(),
  done: z.boolean(),
  /** As the same change of this report alone would have been answered. */
  status: z.int(),
  code: z.string().nullable(),
  detail: z.string().nullable(),
  report: ReportAnswer.nullable(),
});

export const handleAll: Route = {
  method: "post",
  path: `${REPORTS_PATH}/bulk`,
  verb: "reports.bulk",
  tag: "reports",
  summary: "Move or edit up to 200 reports; each is answered for itself",
  description: "A report that is refused keeps no other from being changed. A key with scopes needs `reports.handle` too.",
  body: ManyBody,
  answers: {
    200: { description: "What became of each, in order", schema: z.object({ done: z.int(), refused: z.int(), results: z.array(One) }) },
  },
  handle: async (c) => {
    const body = await readJson(c);
    if (!body.ok) return answerProblem(c, body.error);
    const handled = await handleMany(reportDepsOf(c.get("services")), staffContextOf(c), body.value);
    if (!handled.ok) return answerProblem(c, problemOfStaffRefusal(handled.error));
    const results = handled.value.map(presentOne);
    const done = results.filter((one) => one.done).length;
    return c.json({ done, refused: results.length - done, results });
  },
};

function presentOne({ id, result }: HandledOne): z.infer<typeof One> {
  if (result.ok) return { id, done: true, status: 200, code: null, detail: null, report: presentReport(result.value) };
  const { status, code, detail } = problemOfMoveRefusal(result.error);
  return { id, done: false, status, code, detail, report: null };
}
