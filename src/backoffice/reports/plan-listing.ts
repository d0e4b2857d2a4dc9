import { blockCreated } from "../../core/autoblock/block-created.ts";
import type { Report } from "../../core/reports/report-record.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { Answer } from "../../ports/answer.ts";
import type { ListEntry } from "../../ports/lists.ts";
import type { StaffChange } from "../../ports/staff-writes.ts";
import { type EntryDeps, LIST_BUDGET_MS, type ListRefusal, refuseBeyondCapacity } from "../lists/entry-deps.ts";
import type { NamedListDeps, NamedListRefusal } from "../lists/named-list-deps.ts";
import type { StaffRefusal } from "../staff-action.ts";
import type { StaffContext } from "../staff-context.ts";
import { type ExtendedLists, extendNamedLists } from "./extend-named-lists.ts";
import { readListing } from "./listed-values.ts";
import type { ListedValue } from "./move-body.ts";
import { REPORT_BUDGET_MS, type ReportDeps } from "./report-deps.ts";

export type ListingDeps = ReportDeps & EntryDeps & NamedListDeps;

/** What a confirmed report lists: blocks that are new, named lists as they are then, and the changes that make the blocks and tell of them. */
export interface PlannedListing {
  readonly blocks: readonly ListEntry[];
  readonly extended: ExtendedLists | null;
  readonly changes: readonly StaffChange[];
}

/** Reads what a report asks to list, leaves out what is blocked already, and plans the rest beside what is live. Ends entries whose time is over. */
export async function planListing(
  deps: ListingDeps,
  report: Report,
  asked: readonly ListedValue[],
  { context, isConfirmed }: { readonly context: StaffContext; readonly isConfirmed: boolean },
): Promise<Result<PlannedListing, StaffRefusal | ListRefusal | NamedListRefusal>> {
  if (asked.length === 0) return ok({ blocks: [], extended: null, changes: [] });
  const detail = await deps.reports.detail(report.id, REPORT_BUDGET_MS);
  if (!detail.ok) return err({ kind: "unavailable", part: detail.error.source });
  const about = { report, related: detail.value?.related ?? [], context, newId: deps.newId };
  const listing = readListing(about, asked, isConfirmed);
  if (!listing.ok) return listing;
  const extended = await extendNamedLists(deps, listing.value.named, context, `report ${report.id}`);
  if (!extended.ok) return extended;
  const blocks = await newBlocks(deps, listing.value.blocks, context.nowMs);
  if (!blocks.ok) return err({ kind: "unavailable", part: blocks.error.source });
  const fits = await refuseBeyondCapacity(deps, blocks.value, context.nowMs);
  if (!fits.ok) return fits;
  const told = blocks.value.map((block) => deps.webhooks.adding(blockCreated({ ...block, verdict: "block" })));
  const changes = blocks.value.length === 0 ? [] : [deps.reports.listing(blocks.value), ...told];
  return ok({ blocks: blocks.value, extended: extended.value, changes });
}

/** Those that no person's block in force names. */
async function newBlocks(deps: EntryDeps, blocks: readonly ListEntry[], nowMs: number): Answer<readonly ListEntry[]> {
  if (blocks.length === 0) return ok(blocks);
  // What is over leaves its place to the new one.
  const ended = await deps.entries.endExpired(nowMs, LIST_BUDGET_MS);
  if (!ended.ok) return ended;
  const fresh: ListEntry[] = [];
  for (const block of blocks) {
    const { kind, value, livemode } = block;
    const same = { verdicts: ["block"], kind, value, livemode, source: "staff", isInForce: true, text: null } as const;
    const found = await deps.entries.search({ ...same, before: null, limit: 1, nowMs }, LIST_BUDGET_MS);
    if (!found.ok) return found;
    if (found.value.entries.length === 0) fresh.push(block);
  }
  return ok(fresh);
}
