import * as z from "zod";
import { err, ok, type Result } from "../../core/result.ts";
import type { ListEntry } from "../../ports/lists.ts";
import { type StaffRefusal, staffAction } from "../staff-action.ts";
import type { StaffContext } from "../staff-context.ts";
import { type Enforced, type EntryDeps, findEntry, type ListSide, replacing } from "./entry-deps.ts";

export const EndCall = z.strictObject({ version: z.int().positive().optional() });
const Call = EndCall.extend({ id: z.string().min(1).max(100) });
const ACTIONS = { blocks: "block.end", whitelist: "whitelist.end" } as const;

interface AlreadyOver {
  readonly kind: "over";
  readonly entry: ListEntry;
}

const actionOf = (side: ListSide) =>
  staffAction<EntryDeps, z.infer<typeof Call>, ListEntry, AlreadyOver>({
    verb: "lists.edit",
    action: ACTIONS[side],
    input: Call,
    plan: async (deps, input, context) => {
      const found = await findEntry(deps, side, input.id);
      if (!found.ok) return found;
      const entry = found.value;
      if (!entry.isActive) return err({ kind: "over", entry });
      const ended: ListEntry = {
        ...entry,
        isActive: false,
        endedAtMs: context.nowMs,
        endedBy: context.actor.id,
        version: entry.version + 1,
      };
      return ok(replacing(deps, entry, ended, input.version));
    },
  });
const ACTION_OF = { blocks: actionOf("blocks"), whitelist: actionOf("whitelist") };

/** Ends an entry: as effective as listing it was. Again changes nothing and tells the stores again. */
export async function endEntry(
  deps: EntryDeps,
  context: StaffContext,
  side: ListSide,
  input: unknown,
): Promise<Result<Enforced, StaffRefusal>> {
  const made = await ACTION_OF[side](deps, context, input);
  if (made.ok) return ok({ entry: made.value, late: await deps.enforce([made.value]) });
  if (made.error.kind !== "over") return err(made.error);
  return ok({ entry: made.error.entry, late: await deps.enforce([made.error.entry]) });
}
