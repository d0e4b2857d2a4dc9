import type { InputFault } from "../../core/event/lenient.ts";
import type { ListedKind } from "../../core/lists/list-hit.ts";
import type { Report } from "../../core/reports/report-record.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { ListEntry } from "../../ports/lists.ts";
import type { ReportEntity } from "../../ports/reports.ts";
import { confirmReasons } from "../lists/confirm-reasons.ts";
import { makeEntry } from "../lists/create-entry.ts";
import type { ListRefusal } from "../lists/entry-deps.ts";
import type { StaffRefusal } from "../staff-action.ts";
import type { StaffContext } from "../staff-context.ts";
import type { ListedValue } from "./move-body.ts";

/** More than this many blocks are asked for one by one. */
const MOST_BLOCKED = 50;

/** What a confirmed report lists, read and checked. */
export interface Listing {
  readonly blocks: readonly ListEntry[];
  /** Values by named list, as they were given. */
  readonly named: ReadonlyMap<string, readonly { readonly value: string; readonly path: string }[]>;
}

/**
 * Reads what confirming a report is to list. A kind without a value stands for all of that kind in `related`, which the report and the decisions
 * behind it name; a fault names each that fits nothing.
 */
export function readListing(
  about: {
    readonly report: Report;
    readonly related: readonly ReportEntity[];
    readonly context: StaffContext;
    readonly newId: () => string;
  },
  asked: readonly ListedValue[],
  isConfirmed: boolean,
): Result<Listing, StaffRefusal | ListRefusal> {
  const { report, related, context, newId } = about;
  const faults: InputFault[] = [];
  const blocks = new Map<string, ListEntry>();
  const named = new Map<string, { value: string; path: string }[]>();
  for (const [at, { kind: type, value, list, for: after }] of asked.entries()) {
    const kind: ListedKind = type === "user" ? "client" : type;
    const path = `lists[${at}]`;
    const values = value === undefined ? related.filter((entity) => entity.kind === kind).map((entity) => entity.value) : [value];
    if (values.length === 0) faults.push({ code: "names_none", path, message: `the report names no \`${kind}\`: say the \`value\`` });
    if (list !== undefined && after !== undefined)
      faults.push({ code: "no_end", path: `${path}.for`, message: "entries of a named list have no end" });
    if (list !== undefined && !report.livemode)
      faults.push({
        code: "other_world",
        path: `${path}.list`,
        message: "named lists are read by live rules: a report of the test world adds to none",
      });
    for (const one of values) {
      if (list !== undefined) {
        named.set(list, [...(named.get(list) ?? []), { value: one, path: `${path}.value` }]);
        continue;
      }
      const made = makeEntry(
        {
          ...{ kind, text: one, textPath: `${path}.value`, verdict: "block", reason: reasonOf(report), rules: null },
          ...{ reportId: report.id, livemode: report.livemode, confirm: isConfirmed },
          end: { at: undefined, after, atPath: `${path}.for` },
        },
        { id: newId(), createdBy: context.actor.id, nowMs: context.nowMs },
      );
      if (made.ok) blocks.set(`${kind} ${made.value.value}`, made.value);
      else faults.push({ ...made.error, path: made.error.path === "for" ? `${path}.for` : made.error.path });
    }
  }
  if (blocks.size > MOST_BLOCKED)
    faults.push({ code: "too_many", path: "lists", message: `would block ${blocks.size} at once, more than ${MOST_BLOCKED}: say which` });
  if (faults.length > 0) return err({ kind: "invalid", faults: faults.slice(0, 100) });
  const reasons = [...blocks.values()].flatMap((block) => confirmReasons(block, context));
  if (reasons.length > 0 && !isConfirmed) return err({ kind: "confirm_needed", reasons: reasons.slice(0, 100) });
  return ok({ blocks: [...blocks.values()], named });
}

const reasonOf = (report: Report): string => `report ${report.id}: ${report.resolution ?? report.description}`.slice(0, 500);
