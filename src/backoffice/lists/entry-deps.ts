import type { AuditDetails } from "../../core/audit/entry.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { Answer, SourceFault } from "../../ports/answer.ts";
import type { EntryStore, ListEntry, ListVerdict } from "../../ports/lists.ts";
import type { WebhookOutbox } from "../../ports/webhooks.ts";
import type { StaffDeps, StaffPlan, StaffRefusal, Versioned } from "../staff-action.ts";

export const LIST_BUDGET_MS = 5_000;

/** Which of the two resources an action is about: an entry of the other is not found there. */
export type ListSide = "blocks" | "whitelist";
export const VERDICTS_OF: Readonly<Record<ListSide, readonly ListVerdict[]>> = { blocks: ["block", "challenge"], whitelist: ["allow"] };

export interface EntryDeps extends StaffDeps {
  readonly entries: EntryStore;
  readonly webhooks: Pick<WebhookOutbox, "adding">;
  /** Brings changed entries into force; gives the stores that did not take it, which the schedule makes good. */
  readonly enforce: (changed: readonly ListEntry[]) => Promise<readonly SourceFault["source"][]>;
}
/** An entry as it is now, and the stores that will hear of it within a minute only. */
export interface Enforced {
  readonly entry: ListEntry;
  readonly late: readonly SourceFault["source"][];
}
export type ListRefusal =
  /** It would do more than people mean, unless they say so. */
  | { readonly kind: "confirm_needed"; readonly reasons: readonly string[] }
  | { readonly kind: "already_listed"; readonly id: string | null }
  /** The delta, which every isolate keeps whole, would grow too large. */
  | { readonly kind: "too_many_networks"; readonly listed: number; readonly most: number };

/** Room is left in the delta (10,000 entries) for single entities that no base holds yet. */
const MOST_BROAD_ENTRIES = 8_000;

/** Refuses entries for which the delta has no room; those whose time is over are to be ended before. */
export async function refuseBeyondDelta(deps: EntryDeps, entries: readonly ListEntry[]): Promise<Result<void, StaffRefusal | ListRefusal>> {
  for (const livemode of [true, false]) {
    const added = entries.filter((entry) => entry.entity === null && entry.livemode === livemode).length;
    if (added === 0) continue;
    const listed = await deps.entries.countBroad(livemode, LIST_BUDGET_MS);
    if (!listed.ok) return err({ kind: "unavailable", part: listed.error.source });
    if (listed.value + added > MOST_BROAD_ENTRIES)
      return err({ kind: "too_many_networks", listed: listed.value, most: MOST_BROAD_ENTRIES });
  }
  return ok(undefined);
}

/** The entry an action is about. */
export async function findEntry(deps: EntryDeps, side: ListSide, id: string): Promise<Result<ListEntry, StaffRefusal>> {
  const found = await deps.entries.byId(id, LIST_BUDGET_MS);
  if (!found.ok) return err({ kind: "unavailable", part: found.error.source });
  const entry = found.value;
  if (entry === null || !VERDICTS_OF[side].includes(entry.verdict))
    return err({ kind: "not_found", detail: `there is no entry \`${id}\`` });
  return ok(entry);
}

export const entryTarget = (id: string) => ({ kind: "list_entry", id, isPersonal: false }) as const;

/** What staff see of an entry in conflicts and in the audit log; whom it names is personal and told apart. */
export function entryState(entry: ListEntry): AuditDetails {
  const { verdict, kind, reason, rules, source, livemode, isActive, expiresAtMs } = entry;
  return { verdict, type: kind, reason, rules, source, livemode, is_active: isActive, expires_at: isoOf(expiresAtMs) };
}

const versionedEntry = (entry: ListEntry): Versioned => ({ version: entry.version, state: entryState(entry) });

async function rereadEntry(deps: EntryDeps, id: string): ReturnType<() => Answer<Versioned | null>> {
  const found = await deps.entries.byId(id, LIST_BUDGET_MS);
  return found.ok ? ok(found.value === null ? null : versionedEntry(found.value)) : found;
}

/** The plan that saves `next` over an entry of the version the caller named. */
export const replacing = (deps: EntryDeps, entry: ListEntry, next: ListEntry, expected: number | undefined): StaffPlan<ListEntry> => ({
  change: deps.entries.changing(next),
  target: entryTarget(entry.id),
  current: versionedEntry(entry),
  expected,
  after: entryState(next),
  reread: () => rereadEntry(deps, entry.id),
  output: next,
});

const isoOf = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
