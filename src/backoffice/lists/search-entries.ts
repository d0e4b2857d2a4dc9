import { err, ok, type Result } from "../../core/result.ts";
import type { EntryQuery, EntryStore, ListEntry } from "../../ports/lists.ts";
import type { StaffRefusal } from "../staff-action.ts";
import { contextMay, type StaffContext } from "../staff-context.ts";
import { LIST_BUDGET_MS, type ListSide, VERDICTS_OF } from "./entry-deps.ts";

type Found = { readonly entries: readonly ListEntry[]; readonly next: EntryQuery["before"] };

/** A page of entries, newest first, ended ones too. */
export async function searchEntries(
  deps: { readonly entries: EntryStore },
  context: StaffContext,
  side: ListSide,
  query: Omit<EntryQuery, "verdicts" | "nowMs">,
): Promise<Result<Found, StaffRefusal>> {
  if (!contextMay(context, "lists.read")) return err({ kind: "not_allowed", verb: "lists.read", role: context.role });
  const found = await deps.entries.search({ ...query, verdicts: VERDICTS_OF[side], nowMs: context.nowMs }, LIST_BUDGET_MS);
  return found.ok ? ok(found.value) : err({ kind: "unavailable", part: found.error.source });
}

/** One entry, in force or not. */
export async function readEntry(
  deps: { readonly entries: EntryStore },
  context: StaffContext,
  side: ListSide,
  id: string,
): Promise<Result<ListEntry, StaffRefusal>> {
  if (!contextMay(context, "lists.read")) return err({ kind: "not_allowed", verb: "lists.read", role: context.role });
  const found = await deps.entries.byId(id, LIST_BUDGET_MS);
  if (!found.ok) return err({ kind: "unavailable", part: found.error.source });
  const entry = found.value;
  if (entry === null || !VERDICTS_OF[side].includes(entry.verdict))
    return err({ kind: "not_found", detail: `there is no entry \`${id}\`` });
  return ok(entry);
}
