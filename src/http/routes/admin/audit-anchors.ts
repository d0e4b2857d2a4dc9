import * as z from "zod";
import { listAuditAnchors } from "../../../backoffice/list-audit-anchors.ts";
import { answerProblem } from "../../problem.ts";
import type { Route } from "../../route.ts";
import { staffContextOf } from "../../staff-context.ts";
import { problemOfStaffRefusal } from "../../staff-refusal.ts";

const Anchors = z.object({ anchors: z.array(z.object({ day: z.string(), seq: z.int(), hash: z.string() })) });

export const auditAnchors: Route = {
  method: "get",
  path: "/api/admin/audit-logs/anchors",
  verb: "audit.read",
  tag: "audit",
  summary: "Where the audit log's chain ended each day, kept outside Postgres",
  description: "Save the answer and hold the log against it: `npm run audit -- verify --anchors FILE`.",
  answers: { 200: { description: "By day, oldest first", schema: Anchors } },
  handle: async (c) => {
    const listed = await listAuditAnchors(c.get("services").audit.anchors, staffContextOf(c));
    return listed.ok ? c.json({ anchors: listed.value }) : answerProblem(c, problemOfStaffRefusal(listed.error));
  },
};
