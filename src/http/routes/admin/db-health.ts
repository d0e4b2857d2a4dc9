import * as z from "zod";
import { type OperatorsView, readDatabaseHealth } from "../../../backoffice/read-database-health.ts";
import { answerProblem } from "../../problem.ts";
import type { Route } from "../../route.ts";
import { staffContextOf } from "../../staff-context.ts";
import { problemOfStaffRefusal } from "../../staff-refusal.ts";

const Health = z.object({
  size_bytes: z.number(),
  tables: z.array(z.object({ name: z.string(), partition_of: z.string().nullable(), size_bytes: z.number(), row_estimate: z.number() })),
  view_refreshed_at: z.string().nullable(),
  /** Events in Redis that Postgres does not have yet; null while Redis does not answer. */
  pending: z.int().nullable(),
  dead_letters: z.int(),
  /** Events in Postgres that the windows do not have yet. */
  unappended: z.int(),
  audit_rows: z.int(),
  /** By total time, most first; null where pg_stat_statements is not installed. */
  slowest_queries: z
    .array(z.object({ query: z.string(), calls: z.number(), mean_ms: z.number(), max_ms: z.number(), total_ms: z.number() }))
    .nullable(),
});

export const databaseHealth: Route = {
  method: "get",
  path: "/api/admin/db-health",
  verb: "database.read",
  tag: "operations",
  summary: "How the database is doing: sizes, slowest statements, what waits",
  answers: { 200: { description: "Now", schema: Health } },
  handle: async (c) => {
    const { databaseHealth: source, pending } = c.get("services");
    const read = await readDatabaseHealth({ source, countPending: pending.count }, staffContextOf(c));
    return read.ok ? c.json(present(read.value)) : answerProblem(c, problemOfStaffRefusal(read.error));
  },
};

function present(view: OperatorsView): z.infer<typeof Health> {
  return {
    size_bytes: view.sizeBytes,
    tables: view.tables.map(({ name, partitionOf, sizeBytes, rowEstimate }) => ({
      name,
      partition_of: partitionOf,
      size_bytes: sizeBytes,
      row_estimate: rowEstimate,
    })),
    view_refreshed_at: view.refreshedAtMs === null ? null : new Date(view.refreshedAtMs).toISOString(),
    pending: view.pending,
    dead_letters: view.deadLetters,
    unappended: view.unappended,
    audit_rows: view.auditSeq,
    slowest_queries:
      view.slowest?.map(({ query, calls, meanMs, maxMs, totalMs }) => ({
        query,
        calls,
        mean_ms: meanMs,
        max_ms: maxMs,
        total_ms: totalMs,
      })) ?? null,
  };
}
