import * as z from "zod";
import { decisionReviewed } from "../../core/reports/describe-report.ts";
import { labelOf, type MoveRefused, moveReport as moved, verdictOf } from "../../core/reports/moves.ts";
import type { Report, ReportStep } from "../../core/reports/report-record.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { ListEntry } from "../../ports/lists.ts";
import type { StaffChange } from "../../ports/staff-writes.ts";
import type { ListRefusal } from "../lists/entry-deps.ts";
import type { NamedListRefusal } from "../lists/named-list-deps.ts";
import { makeLive } from "../make-live.ts";
import { type StaffRefusal, staffAction } from "../staff-action.ts";
import { contextMay, type StaffContext } from "../staff-context.ts";
import type { ExtendedLists } from "./extend-named-lists.ts";
import { MoveBody } from "./move-body.ts";
import { type ListingDeps, planListing } from "./plan-listing.ts";
import { findReport, REPORT_BUDGET_MS, reportState, reportTarget, rereadReport } from "./report-deps.ts";

/** Every change of a named list is a next version of what is live, and somebody else may be first. */
const MOST_ATTEMPTS = 10;

const Call = MoveBody.extend({ id: z.string().min(1).max(200) });
type Call = z.infer<typeof Call>;

export type MoveDeps = ListingDeps;
export type MoveRefusal =
  | MoveRefused
  | ListRefusal
  | NamedListRefusal
  /** Its key has an open report since: work on that one. */
  | { readonly kind: "another_open"; readonly id: string | null };
type Refused = MoveRefusal | StaffRefusal;

/** A report that was moved, and what of its lists comes into force within a minute only. */
export interface Moved {
  readonly report: Report;
  readonly late: readonly string[];
}
interface Planned {
  readonly report: Report;
  readonly blocks: readonly ListEntry[];
  readonly extended: ExtendedLists | null;
}

const move = staffAction<MoveDeps, Call, Planned, MoveRefusal>({
  verb: "reports.handle",
  action: "report.move",
  input: Call,
  plan: async (deps, call, context) => {
    const found = await findReport(deps, call.id, context);
    if (!found.ok) return found;
    const before = found.value;
    const wanted = readMove(before, call, context);
    if (!wanted.ok) return wanted;
    const { report, step } = wanted.value;
    const listed = await planListing(deps, report, call.lists, { context, isConfirmed: call.confirm });
    if (!listed.ok) return listed;
    const { blocks, extended, changes } = listed.value;
    const also = await planTold(deps, before, report, context);
    if (!also.ok) return also;
    const label = labelOf(report.status);
    const saving = { before, after: report, step, label: label === null ? null : { label, source: `report:${report.id}` } };
    return ok({
      ...(extended === null
        ? { change: deps.reports.saving(saving), also: [...changes, ...also.value] }
        : {
            change: deps.manifests.saving(extended.version.record, extended.version.contents, { report: before }),
            also: [deps.reports.savingAlong(saving), ...extended.lists.map((list) => deps.named.saving(list)), ...changes, ...also.value],
          }),
      target: reportTarget(call.id),
      current: reportState(before),
      expected: call.version,
      after: { ...reportState(report).state, ...listedState(blocks, extended) },
      personal: blocks.length === 0 ? null : { blocked: blocks.map(({ kind, value }) => ({ type: kind, value })) },
      reread: () => rereadReport(deps, call.id),
      output: { report, blocks, extended },
    });
  },
});

/**
 * Moves a report on. Confirming or rejecting it labels the decisions behind it, tells the shop how a case ended, and confirming lists what it asks
 * for: all in one write with its history and audit row, or nothing. Lists are in force with the next decision, named ones once a store has them.
 */
export async function moveReport(deps: MoveDeps, context: StaffContext, input: unknown): Promise<Result<Moved, Refused>> {
  const pinned = await pinVersion(deps, context, input);
  for (let attempt = 1; ; attempt++) {
    const made = await move(deps, pinned, input);
    const isOthersTurn =
      !made.ok && made.error.kind === "conflict" && pinned.ifVersion !== null && made.error.current?.version === pinned.ifVersion;
    if (isOthersTurn && attempt < MOST_ATTEMPTS) continue;
    // Between the look for an open report of its key and the write another was opened.
    if (!made.ok) return made.error.kind === "taken" ? err({ kind: "another_open", id: null }) : made;
    const { report, blocks, extended } = made.value;
    const late = blocks.length === 0 ? [] : await deps.enforce(blocks);
    const live = extended === null ? ok(undefined) : await makeLive(deps, extended.version);
    return ok({ report, late: [...late, ...(live.ok ? [] : [live.error.part])] });
  }
}

/** With named lists the version is fixed before the first attempt, so that a further one cannot write over another person's change. */
async function pinVersion(deps: MoveDeps, context: StaffContext, input: unknown): Promise<StaffContext> {
  const call = Call.safeParse(input);
  if (!call.success || !contextMay(context, "reports.handle") || call.data.lists.every(({ list }) => list === undefined)) return context;
  const ifVersion = call.data.version ?? context.ifVersion;
  if (ifVersion !== null) return { ...context, ifVersion };
  const found = await findReport(deps, call.data.id, context);
  return found.ok ? { ...context, ifVersion: found.value.version } : context;
}

/** The report as it would be; of an older version than the caller saw it is not judged, for the conflict says what it is now. */
function readMove(
  before: Report,
  call: Call,
  context: StaffContext,
): Result<{ readonly report: Report; readonly step: ReportStep }, MoveRefused | StaffRefusal> {
  if (call.lists.length > 0 && call.to !== "confirmed") {
    const message = "only confirming a report lists what it names";
    return err({ kind: "invalid", faults: [{ code: "not_confirmed", path: "lists", message }] });
  }
  if (call.lists.length > 0 && !contextMay(context, "lists.edit"))
    return err({ kind: "not_allowed", verb: "lists.edit", role: context.role });
  const { to, resolution = null, note = null } = call;
  const result = moved(before, { to, resolution, note, actor: context.actor, atMs: context.nowMs });
  const isStale = (call.version ?? context.ifVersion ?? before.version) !== before.version;
  if (result.ok || !isStale) return result;
  const step: ReportStep = { atMs: context.nowMs, actor: context.actor, action: "move", from: before.status, to, note, changes: null };
  return ok({ report: { ...before, status: to, version: before.version + 1 }, step });
}

/** What is told of the move, and what must not stand in its way. */
async function planTold(
  deps: MoveDeps,
  before: Report,
  report: Report,
  context: StaffContext,
): Promise<Result<readonly StaffChange[], MoveRefusal | StaffRefusal>> {
  if (before.status === "resolved") {
    const open = await deps.reports.openOf(before.dedupKey, before.livemode, REPORT_BUDGET_MS);
    if (!open.ok) return err({ kind: "unavailable", part: open.error.source });
    if (open.value !== null) return err({ kind: "another_open", id: open.value });
  }
  if (report.origin !== "review" || verdictOf(report.status) === null) return ok([]);
  const decision = await deps.reports.latestDecision(report.id, REPORT_BUDGET_MS);
  if (!decision.ok) return err({ kind: "unavailable", part: decision.error.source });
  const event = decisionReviewed(report, decision.value, context.nowMs);
  return ok(event === null ? [] : [deps.webhooks.adding(event)]);
}

function listedState(blocks: readonly ListEntry[], extended: ExtendedLists | null) {
  if (blocks.length === 0 && extended === null) return {};
  return { blocks: blocks.map(({ id }) => id), named_lists: extended?.lists.map(({ name }) => name) ?? [] };
}
