import * as z from "zod";
import { countedAs } from "../../core/lists/listed-entry.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { ListEntry } from "../../ports/lists.ts";
import { type StaffRefusal, staffAction } from "../staff-action.ts";
import type { StaffContext } from "../staff-context.ts";
import {
  type Enforced,
  type EntryDeps,
  findEntry,
  type ListRefusal,
  type ListSide,
  refuseBeyondCapacity,
  replacing,
} from "./entry-deps.ts";
import { EndAfter, EndTime, readEnd } from "./entry-end.ts";

const Reason = z.string().trim().min(1).max(500).optional();
const Version = z.int().positive().optional();
/** What is left out stays; an end of null takes the end away. */
export const BlockChangeCall = z.strictObject({
  reason: Reason,
  expiresAt: EndTime.nullable().optional(),
  for: EndAfter.optional(),
  version: Version,
});
export const TrustChangeCall = z.strictObject({
  reason: Reason,
  expires_at: EndTime.nullable().optional(),
  for: EndAfter.optional(),
  rules: z.array(z.string().trim().min(1).max(200)).min(1).max(100).nullable().optional(),
  version: Version,
});
const Id = { id: z.string().min(1).max(100) };
type Change = z.infer<typeof TrustChangeCall> & { readonly id: string; readonly atPath: string };

const CALLS: Readonly<Record<ListSide, z.ZodType<Change>>> = {
  blocks: BlockChangeCall.extend(Id).transform(({ expiresAt, ...call }) => ({
    ...call,
    ...(expiresAt === undefined ? {} : { expires_at: expiresAt }),
    atPath: "expiresAt",
  })),
  whitelist: TrustChangeCall.extend(Id).transform((call) => ({ ...call, atPath: "expires_at" })),
};
const ACTIONS = { blocks: "block.change", whitelist: "whitelist.change" } as const;

const actionOf = (side: ListSide) =>
  staffAction<EntryDeps, Change, ListEntry, ListRefusal>({
    verb: "lists.edit",
    action: ACTIONS[side],
    input: CALLS[side],
    plan: async (deps, input, context) => {
      const found = await findEntry(deps, side, input.id);
      if (!found.ok) return found;
      const entry = found.value;
      if (!entry.isActive)
        return err({ kind: "invalid", faults: [{ code: "entry_over", path: "id", message: "is no longer in force: make a new entry" }] });
      const end = readEnd({ at: input.expires_at, after: input.for, atPath: input.atPath }, context.nowMs);
      if (!end.ok) return err({ kind: "invalid", faults: [end.error] });
      const isEndSaid = input.expires_at !== undefined || input.for !== undefined;
      const changed: ListEntry = {
        ...entry,
        reason: input.reason ?? entry.reason,
        rules: input.rules === undefined ? entry.rules : input.rules,
        expiresAtMs: isEndSaid ? end.value : entry.expiresAtMs,
        version: entry.version + 1,
      };
      if (countedAs(changed) !== countedAs(entry)) {
        const fits = await refuseBeyondCapacity(deps, [changed], context.nowMs);
        if (!fits.ok) return fits;
      }
      return ok(replacing(deps, entry, changed, input.version));
    },
  });
const ACTION_OF = { blocks: actionOf("blocks"), whitelist: actionOf("whitelist") };

/** Changes reason, end or rules of an entry that is in force. */
export async function changeEntry(
  deps: EntryDeps,
  context: StaffContext,
  side: ListSide,
  input: unknown,
): Promise<Result<Enforced, StaffRefusal | ListRefusal>> {
  const changed = await ACTION_OF[side](deps, context, input);
  return changed.ok ? ok({ entry: changed.value, late: await deps.enforce([changed.value]) }) : changed;
}
