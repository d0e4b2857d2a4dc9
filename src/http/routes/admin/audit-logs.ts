import * as z from "zod";
import { searchAuditLog } from "../../../backoffice/search-audit-log.ts";
import { formatCsv } from "../../../core/csv/format-csv.ts";
import type { AuditRow } from "../../../ports/audit.ts";
import { parseQuery } from "../../parse-query.ts";
import { answerProblem } from "../../problem.ts";
import type { Route } from "../../route.ts";
import { staffContextOf } from "../../staff-context.ts";
import { problemOfStaffRefusal } from "../../staff-refusal.ts";

const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const Query = z.strictObject({
  action: z.string().max(200).optional(),
  /** A key's or user's id. */
  actor: z.string().max(200).optional(),
  /** `kind:id`, as `api_key:key_1` or `client:c-17`. */
  target: z.string().max(512).optional(),
  success: z.enum(["true", "false"]).optional(),
  from: instant.optional(),
  to: instant.optional(),
  /** The `next` of the page before. */
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(5_000).default(50),
  format: z.enum(["json", "csv"]).default("json"),
});

const Row = z.object({
  seq: z.int(),
  id: z.string(),
  at: z.string(),
  livemode: z.boolean(),
  actor: z.object({ id: z.string(), name: z.string().nullable(), role: z.string().nullable(), address: z.string().nullable() }),
  action: z.string(),
  target: z.string(),
  success: z.boolean(),
  request_id: z.string(),
  details: z.record(z.string(), z.unknown()),
  personal: z.record(z.string(), z.unknown()).nullable(),
  /** Personal data of this row was erased. */
  erased: z.boolean(),
  hash: z.string(),
});

export const auditLogs: Route = {
  method: "get",
  path: "/api/admin/audit-logs",
  verb: "audit.read",
  tag: "audit",
  summary: "Who did what, newest first",
  description:
    "Filter by action, actor, target, success and time; `format=csv` gives a file. Page on with `before`, the `next` of the last answer.",
  query: Query,
  answers: { 200: { description: "A page", schema: z.object({ rows: z.array(Row), next: z.int().nullable() }) } },
  handle: async (c) => {
    const parsed = parseQuery(c, Query);
    if (!parsed.ok) return answerProblem(c, parsed.error);
    const { action = null, actor = null, target = null, from = null, to = null, before = null, success, limit, format } = parsed.value;
    const isSuccess = success === undefined ? null : success === "true";
    const query = { action, actor, target, success: isSuccess, fromMs: from, toMs: to, beforeSeq: before, limit };
    const found = await searchAuditLog(c.get("services").audit.log, staffContextOf(c), query);
    if (!found.ok) return answerProblem(c, problemOfStaffRefusal(found.error));
    const { rows, next } = found.value;
    if (format === "json") return c.json({ rows: rows.map(present), next });
    c.header("content-disposition", 'attachment; filename="audit-log.csv"');
    if (next !== null) c.header("tollgate-next", String(next));
    return c.body(formatCsv(COLUMNS, rows.map(cells)), 200, { "content-type": "text/csv; charset=utf-8" });
  },
};

function present(row: AuditRow): z.infer<typeof Row> {
  const { seq, id, atMs, world, actor, role, action, target, success, requestId, details, personal, isErased, hash } = row;
  return {
    ...{ seq, id, at: new Date(atMs).toISOString(), livemode: world === "live", actor: { ...actor, role }, action, target, success },
    ...{ request_id: requestId, details, personal, erased: isErased, hash },
  };
}

const COLUMNS = [
  "seq",
  "at",
  "livemode",
  "actor",
  "name",
  "role",
  "address",
  "action",
  "target",
  "success",
  "request_id",
  "details",
  "hash",
];

function cells({ seq, atMs, world, actor, role, action, target, success, requestId, details, hash }: AuditRow) {
  const who = [actor.id, actor.name, role, actor.address];
  return [seq, new Date(atMs).toISOString(), world === "live", ...who, action, target, success, requestId, JSON.stringify(details), hash];
}
