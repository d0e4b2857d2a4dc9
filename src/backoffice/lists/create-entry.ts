import type * as z from "zod";
import { blockCreated } from "../../core/autoblock/block-created.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { ListEntry } from "../../ports/lists.ts";
import { type StaffRefusal, staffAction } from "../staff-action.ts";
import type { StaffContext } from "../staff-context.ts";
import { confirmReasons } from "./confirm-reasons.ts";
import { NewBlock, type NewEntry, NewTrust } from "./entry-calls.ts";
import {
  type Enforced,
  type EntryDeps,
  entryState,
  entryTarget,
  LIST_BUDGET_MS,
  type ListRefusal,
  type ListSide,
  refuseBeyondCapacity,
} from "./entry-deps.ts";
import { readEnd } from "./entry-end.ts";
import { readEntryValue } from "./entry-value.ts";

export const CALLS: Readonly<Record<ListSide, z.ZodType<NewEntry>>> = { blocks: NewBlock, whitelist: NewTrust };
const ACTIONS = { blocks: "block.create", whitelist: "whitelist.create" } as const;

/** The entry that a call asks for; faults by path. */
export function makeEntry(
  input: NewEntry,
  about: { readonly id: string; readonly createdBy: string; readonly nowMs: number },
): Result<ListEntry, { readonly code: string; readonly path: string; readonly message: string }> {
  const value = readEntryValue(input.kind, input.text);
  if (!value.ok) return err({ code: "bad_value", path: input.textPath, message: value.error });
  const end = readEnd(input.end, about.nowMs);
  if (!end.ok) return end;
  const isVisitors = input.kind === "ip" || input.kind === "asn" || input.kind === "country";
  if (input.verdict === "challenge" && !isVisitors)
    return err({ code: "no_challenge", path: "verdict", message: `only visitors are challenged: by \`ip\`, \`asn\` or \`country\`` });
  const { kind, verdict, reason, rules, reportId, livemode } = input;
  return ok({
    ...{ id: about.id, livemode, verdict, kind, ...value.value, reason, rules, reportId, source: "staff", createdBy: about.createdBy },
    ...{ createdAtMs: about.nowMs, expiresAtMs: end.value, isActive: true, endedAtMs: null, endedBy: null, version: 1 },
    ...{ decisionId: null, ruleId: null },
  });
}

const actionOf = (side: ListSide) =>
  staffAction<EntryDeps, NewEntry, ListEntry, ListRefusal>({
    verb: "lists.edit",
    action: ACTIONS[side],
    input: CALLS[side],
    plan: async (deps, input, context) => {
      const made = makeEntry(input, { id: deps.newId(), createdBy: context.actor.id, nowMs: context.nowMs });
      if (!made.ok) return err({ kind: "invalid", faults: [made.error] });
      const entry = made.value;
      const reasons = confirmReasons(entry, context);
      if (reasons.length > 0 && !input.confirm) return err({ kind: "confirm_needed", reasons });
      // What is over leaves its place to the new one.
      const ended = await deps.entries.endExpired(context.nowMs, LIST_BUDGET_MS);
      if (!ended.ok) return err({ kind: "unavailable", part: ended.error.source });
      const fits = await refuseBeyondCapacity(deps, [entry], context.nowMs);
      if (!fits.ok) return fits;
      return ok({
        change: deps.entries.creating(entry),
        also: entry.verdict === "allow" ? [] : [deps.webhooks.adding(blockCreated(entry))],
        target: entryTarget(entry.id),
        current: null,
        after: entryState(entry),
        personal: { value: entry.value },
        reread: async () => ok(null),
        output: entry,
      });
    },
  });
const ACTION_OF = { blocks: actionOf("blocks"), whitelist: actionOf("whitelist") };

/** Lists something: the next decision anywhere obeys it, the gate within seconds. The same entity again is refused with the id of its entry. */
export async function createEntry(
  deps: EntryDeps,
  context: StaffContext,
  side: ListSide,
  input: unknown,
): Promise<Result<Enforced, StaffRefusal | ListRefusal>> {
  const made = await ACTION_OF[side](deps, context, input);
  if (made.ok) return ok({ entry: made.value, late: await deps.enforce([made.value]) });
  return made.error.kind === "taken" ? err({ kind: "already_listed", id: await listedAs(deps, context, side, input) }) : made;
}

/** The entry that stands in the way; null when it went meanwhile. */
async function listedAs(deps: EntryDeps, context: StaffContext, side: ListSide, input: unknown): Promise<string | null> {
  const call = CALLS[side].safeParse(input);
  const value = call.success ? readEntryValue(call.data.kind, call.data.text) : null;
  if (!call.success || value === null || !value.ok) return null;
  const { kind, livemode, verdict } = call.data;
  const about = { verdicts: [verdict], kind, value: value.value.value, livemode, source: "staff", isInForce: true, text: null } as const;
  const found = await deps.entries.search({ ...about, before: null, limit: 1, nowMs: context.nowMs }, LIST_BUDGET_MS);
  return found.ok ? (found.value.entries[0]?.id ?? null) : null;
}
