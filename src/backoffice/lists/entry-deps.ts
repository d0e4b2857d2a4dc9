import type { AuditDetails } from "../../core/audit/entry.ts";
import { capacityAlert } from "../../core/lists/capacity-alert.ts";
import { beyondCapacity, countedAs, type ListedCounts } from "../../core/lists/listed-entry.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { AlertStore } from "../../ports/alerts.ts";
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
  readonly alerts: Pick<AlertStore, "raise">;
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
  /** Every isolate keeps all entries, and has no room for more of this kind. */
  | { readonly kind: "beyond_capacity"; readonly of: keyof ListedCounts; readonly listed: number; readonly most: number };

/**
 * Refuses entries that would go beyond what every isolate keeps, and raises an alert; those whose time is over are to be ended before. Entries that
 * are written at the same moment may go beyond it: isolates keep them all the same.
 */
export async function refuseBeyondCapacity(
  deps: EntryDeps,
  entries: readonly ListEntry[],
  nowMs: number,
): Promise<Result<void, StaffRefusal | ListRefusal>> {
  for (const livemode of [true, false]) {
    const own = entries.filter((entry) => entry.livemode === livemode && countedAs(entry) !== null);
    if (own.length === 0) continue;
    const listed = await deps.entries.countListed(livemode, LIST_BUDGET_MS);
    if (!listed.ok) return err({ kind: "unavailable", part: listed.error.source });
    if (beyondCapacity(listed.value, own) === null) continue;
    // What is listed already takes no room.
    const fresh = await deps.entries.unlisted(own, LIST_BUDGET_MS);
    if (!fresh.ok) return err({ kind: "unavailable", part: fresh.error.source });
    const beyond = beyondCapacity(listed.value, fresh.value);
    if (beyond === null) continue;
    await deps.alerts.raise(capacityAlert({ ...beyond, livemode, refused: fresh.value.length, nowMs }), LIST_BUDGET_MS);
    return err({ kind: "beyond_capacity", ...beyond });
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
