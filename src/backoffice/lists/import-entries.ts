import * as z from "zod";
import { formatPath } from "../../core/event/lenient.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { SourceFault } from "../../ports/answer.ts";
import type { ListEntry } from "../../ports/lists.ts";
import { type StaffRefusal, staffAction } from "../staff-action.ts";
import type { StaffContext } from "../staff-context.ts";
import { confirmReasons } from "./confirm-reasons.ts";
import { CALLS, makeEntry } from "./create-entry.ts";
import { type EntryDeps, LIST_BUDGET_MS, type ListRefusal, type ListSide, refuseBeyondCapacity } from "./entry-deps.ts";

const MOST_ENTRIES = 10_000;
/** Bad entries, and reasons to think again, that one answer names. */
const MOST_TOLD = 100;

/** Entries as they are made one by one. */
export const EntryImportCall = z.strictObject({
  entries: z.array(z.record(z.string(), z.unknown())).min(1).max(MOST_ENTRIES),
  confirm: z.boolean().default(false),
});
type Call = z.infer<typeof EntryImportCall>;

export interface ImportedEntries {
  readonly added: number;
  /** Listed before, or twice in the import. */
  readonly alreadyListed: number;
  readonly late: readonly SourceFault["source"][];
}
const ACTIONS = { blocks: "block.import", whitelist: "whitelist.import" } as const;

const actionOf = (side: ListSide) =>
  staffAction<EntryDeps, Call, readonly ListEntry[], ListRefusal>({
    verb: "lists.import",
    action: ACTIONS[side],
    input: EntryImportCall,
    plan: async (deps, { entries: given, confirm }, context) => {
      const read = readEntries(deps, side, given, context);
      if (!read.ok) return read;
      const entries = read.value;
      const reasons = confirm ? [] : entries.flatMap((entry) => confirmReasons(entry, context)).slice(0, MOST_TOLD);
      if (reasons.length > 0) return err({ kind: "confirm_needed", reasons });
      const ended = await deps.entries.endExpired(context.nowMs, LIST_BUDGET_MS);
      if (!ended.ok) return err({ kind: "unavailable", part: ended.error.source });
      const fits = await refuseBeyondCapacity(deps, entries, context.nowMs);
      if (!fits.ok) return fits;
      return ok({
        change: deps.entries.creatingMany(entries),
        target: { kind: "list_import", id: deps.newId(), isPersonal: false },
        current: null,
        after: { list: side, entries: entries.length, types: [...new Set(entries.map(({ kind }) => kind))] },
        reread: async () => ok(null),
        output: entries,
      });
    },
  });
const ACTION_OF = { blocks: actionOf("blocks"), whitelist: actionOf("whitelist") };

/** Makes many entries in one write: all that fit, or with one that does not fit none, and each fault by its place. What is listed already stays as it is. */
export async function importEntries(
  deps: EntryDeps,
  context: StaffContext,
  side: ListSide,
  input: unknown,
): Promise<Result<ImportedEntries, StaffRefusal | ListRefusal>> {
  const made = await ACTION_OF[side](deps, context, input);
  if (!made.ok) return made;
  const entries = made.value;
  const counted = await deps.entries.countOf(
    entries.map(({ id }) => id),
    LIST_BUDGET_MS,
  );
  if (!counted.ok) return err({ kind: "unavailable", part: counted.error.source });
  return ok({ added: counted.value, alreadyListed: entries.length - counted.value, late: await deps.enforce(entries) });
}

function readEntries(
  deps: EntryDeps,
  side: ListSide,
  given: Call["entries"],
  context: StaffContext,
): Result<readonly ListEntry[], StaffRefusal> {
  const entries: ListEntry[] = [];
  const faults: { code: string; path: string; message: string }[] = [];
  for (const [at, item] of given.entries()) {
    const call = CALLS[side].safeParse(item);
    const about = { createdBy: context.actor.id, nowMs: context.nowMs };
    const made = call.success ? makeEntry(call.data, { ...about, id: deps.newId() }) : null;
    if (made?.ok) entries.push(made.value);
    else if (made !== null) faults.push({ ...made.error, path: `entries[${at}].${made.error.path}` });
    else
      for (const { code, path, message } of call.error?.issues ?? [])
        faults.push({ code, path: formatPath(["entries", at, ...path]), message });
    if (faults.length >= MOST_TOLD) break;
  }
  return faults.length > 0 ? err({ kind: "invalid", faults }) : ok(entries);
}
