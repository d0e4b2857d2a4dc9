import { type SQL, sql } from "drizzle-orm";
import { LISTED_KINDS } from "../../core/lists/list-hit.ts";
import type { ListEntry } from "../../ports/lists.ts";
import { toInstant } from "./instants.ts";
import type { listEntries } from "./schema/lists.ts";

export type EntryRow = typeof listEntries.$inferSelect;

/** None for a kind that this release does not know. */
export function toEntry(row: EntryRow): ListEntry[] {
  const kind = LISTED_KINDS.find((known) => known === row.kind);
  if (kind === undefined) return [];
  const { id, livemode, verdict, value, entity, reason, source, rules, createdBy, isActive, endedBy, version } = row;
  const { reportId, decisionId, ruleId } = row;
  return [
    {
      ...{ id, livemode, verdict, kind, value, entity, reason, source, rules, createdBy, isActive, endedBy, version },
      ...{ reportId, decisionId, ruleId },
      createdAtMs: row.createdAt.getTime(),
      expiresAtMs: row.expiresAt?.getTime() ?? null,
      endedAtMs: row.endedAt?.getTime() ?? null,
    },
  ];
}

/** An entry is in force while nobody ended it and its time is not over. */
export function inForce(nowMs: number): SQL {
  return sql`list_entries.is_active and (list_entries.expires_at is null or list_entries.expires_at > ${toInstant(nowMs)}::timestamptz)`;
}

/** Entries as rows of a `select`, to be inserted. */
export function entryRows(entries: readonly ListEntry[]): SQL {
  const rows = entries.map(({ createdAtMs, expiresAtMs, ...entry }) => ({
    ...entry,
    createdAt: toInstant(createdAtMs),
    expiresAt: expiresAtMs === null ? null : toInstant(expiresAtMs),
  }));
  return sql`select e.id, e.livemode, e.verdict, e.kind, e.value, e.entity, e.reason, e.source,
      case when e.rules is null then null else array(select json_array_elements_text(e.rules)) end,
      e."createdBy", e."createdAt", e."expiresAt", e.version, e."reportId", e."decisionId", e."ruleId"
    from json_to_recordset(${JSON.stringify(rows)}::json) as e(id text, livemode boolean, verdict text, kind text, value text, entity text, reason text,
      source text, rules json, "createdBy" text, "createdAt" timestamptz, "expiresAt" timestamptz, version integer, "reportId" text, "decisionId" text,
      "ruleId" text)`;
}

/** The columns of `entryRows`, in their order. */
export const ENTRY_COLUMNS = sql.raw(
  "id, livemode, verdict, kind, value, entity, reason, source, rules, created_by, created_at, expires_at, version, report_id, decision_id, rule_id",
);
