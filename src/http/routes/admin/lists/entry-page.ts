import type { Context } from "hono";
import type * as z from "zod";
import type { ListSide } from "../../../../backoffice/lists/entry-deps.ts";
import { searchEntries } from "../../../../backoffice/lists/search-entries.ts";
import { formatCsv } from "../../../../core/csv/format-csv.ts";
import type { ListEntry } from "../../../../ports/lists.ts";
import type { AppEnv } from "../../../context.ts";
import { parseQuery } from "../../../parse-query.ts";
import { answerProblem } from "../../../problem.ts";
import { staffContextOf } from "../../../staff-context.ts";
import { problemOfStaffRefusal } from "../../../staff-refusal.ts";
import { EntryListQuery, toEntryQuery, writePlace } from "./entry-query.ts";

/** A page of one of the two lists, as JSON or as a file; of a file the next page is in `tollgate-next`. */
export async function answerEntries(
  c: Context<AppEnv>,
  side: ListSide,
  present: (entries: readonly ListEntry[], next: string | null, nowMs: number) => Response,
): Promise<Response> {
  const parsed = parseQuery(c, EntryListQuery);
  if (!parsed.ok) return answerProblem(c, parsed.error);
  const { lists, clock } = c.get("services");
  const found = await searchEntries(lists, staffContextOf(c), side, toEntryQuery(parsed.value));
  if (!found.ok) return answerProblem(c, problemOfStaffRefusal(found.error));
  const { entries } = found.value;
  const next = found.value.next === null ? null : writePlace(found.value.next);
  if (parsed.value.format === "json") return present(entries, next, clock());
  if (next !== null) c.header("tollgate-next", next);
  return file(c, side, parsed.value.format, entries);
}

const COLUMNS = [
  "id",
  "verdict",
  "type",
  "value",
  "reason",
  "rules",
  "source",
  "created_by",
  "created_at",
  "expires_at",
  "ended_at",
  "livemode",
  "version",
];

function file(
  c: Context<AppEnv>,
  side: ListSide,
  format: Exclude<z.infer<typeof EntryListQuery>["format"], "json">,
  entries: readonly ListEntry[],
): Response {
  const extension = format === "csv" ? "csv" : "netset";
  c.header("content-disposition", `attachment; filename="${side}.${extension}"`);
  if (format === "netset")
    return c.body(entries.map(({ value }) => `${value}\n`).join(""), 200, { "content-type": "text/plain; charset=utf-8" });
  return c.body(formatCsv(COLUMNS, entries.map(cells)), 200, { "content-type": "text/csv; charset=utf-8" });
}

function cells(entry: ListEntry) {
  const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
  const { id, verdict, kind, value, reason, rules, source, createdBy, createdAtMs, expiresAtMs, endedAtMs, livemode, version } = entry;
  const times = [iso(createdAtMs), iso(expiresAtMs), iso(endedAtMs)];
  return [id, verdict, kind, value, reason, rules?.join(" ") ?? null, source, createdBy, ...times, livemode, version];
}
