import type { DecodedLog } from "../velocity/decode-log.ts";
import { fold } from "../velocity/fold-reading.ts";
import type { HistoryGroup, HistoryReading } from "../velocity/history-group.ts";
import { type Matched, matchRecords } from "../velocity/matched.ts";
import type { KnownDestination } from "./aggregates.ts";
import type { HistoryDeclaration } from "./declaration.ts";
import { type FactState, type Step, setMark, setMissing } from "./fact-state.ts";
import type { FeatureValue, Quality } from "./value.ts";

/**
 * The client's history with this destination (D5): what Postgres listed, with what the client's log has since; or the log alone where it
 * knows more, as it does for events still on their way to Postgres. A destination that is not in a complete list is new.
 * Missing when Postgres failed, or when neither an incomplete list nor the log knows the destination.
 */
export function destinationStep(declaration: HistoryDeclaration, slot: number, group: HistoryGroup, role: number): Step {
  const counting: HistoryDeclaration = { ...declaration, op: "count" };
  const summing: HistoryDeclaration = { ...declaration, op: "sum" };
  const averaging: HistoryDeclaration = { ...declaration, op: "avg" };
  const last: HistoryDeclaration = { ...declaration, op: "lastSeen" };
  return (state) => {
    const { client, event } = state.input;
    const dest = event.dimensions.dest;
    if (event.dimensions.client === undefined || dest === undefined) {
      state.values[slot] = null;
      return;
    }
    const listed = listedDestination(client, dest);
    if (listed === undefined) {
      setMissing(state, slot, "postgres");
      return;
    }
    const asOfMs = client?.asOfMs;
    const log = state.logs[role] ?? null;
    const known = merge(state, listed, log, asOfMs ?? Number.NEGATIVE_INFINITY);
    state.values[slot] = measureOf(declaration, known, state.self.atMs);
    // The list counts attempts and sums what was paid: its average is exact only while none was blocked or declined.
    if (declaration.op === "avg" && known.averageMinor === undefined) setMark(state, slot, "approximate", asOfMs);
    else if (known.quality !== undefined) setMark(state, slot, known.quality, asOfMs);
    else if (state.clientMark !== null) state.marks.set(slot, state.clientMark);
  };

  function merge(state: FactState, listed: KnownDestination, log: DecodedLog | null, asOfMs: number): Known {
    const { atMs } = state.self;
    // A list of later than the event (a late one) may count what had not happened yet.
    const doubt: Quality | undefined = listed.lastMs > atMs ? "approximate" : undefined;
    const listedLast = listed.count > 0 && listed.lastMs <= atMs ? listed.lastMs : null;
    if (log === null) return { count: listed.count, totalMinor: listed.totalMinor, lastMs: listedLast, quality: "partial" };
    const matched = matchRecords(group, log, state.self);
    const whole = {
      count: read(matched, counting, Number.POSITIVE_INFINITY),
      totalMinor: read(matched, summing, Number.POSITIVE_INFINITY),
    };
    const sinceMs = Math.max(0, atMs - asOfMs);
    const count = listed.count + read(matched, counting, sinceMs);
    const seen = fold(matched, { slot, declaration: last, windowMs: Number.POSITIVE_INFINITY, dimension: -1 }).value;
    const lastMs = typeof seen === "number" ? Math.max(seen, listedLast ?? 0) : listedLast;
    if (whole.count >= count) {
      const average = fold(matched, { slot, declaration: averaging, windowMs: Number.POSITIVE_INFINITY, dimension: -1 }).value;
      return { ...whole, averageMinor: typeof average === "number" ? average : null, lastMs, quality: undefined };
    }
    return { count, totalMinor: listed.totalMinor + read(matched, summing, sinceMs), lastMs, quality: doubt };
  }
}

interface Known {
  readonly count: number;
  readonly totalMinor: number;
  /** Left out where only the list knows: then total ÷ attempts stands in. */
  readonly averageMinor?: number | null;
  readonly lastMs: number | null;
  readonly quality: Quality | undefined;
}

const NONE: KnownDestination = { count: 0, totalMinor: 0, lastMs: 0 };

/** The history listed, an empty one for a destination known to be new, undefined when nobody knows. */
export function listedDestination(client: FactState["input"]["client"], dest: string): KnownDestination | undefined {
  if (client === undefined) return undefined;
  if (client === null) return NONE;
  if (Object.hasOwn(client.dests, dest)) return client.dests[dest];
  return client.destsComplete ? NONE : undefined;
}

function read(matched: Matched, declaration: HistoryDeclaration, windowMs: number): number {
  const reading: HistoryReading = { slot: 0, declaration, windowMs, dimension: -1 };
  return Number(fold(matched, reading).value);
}

function measureOf(declaration: HistoryDeclaration, known: Known, atMs: number): FeatureValue {
  const { count, totalMinor, lastMs } = known;
  switch (declaration.op) {
    case "count":
      return count;
    case "sum":
      return totalMinor;
    case "avg":
      return known.averageMinor !== undefined ? known.averageMinor : count === 0 ? null : totalMinor / count;
    case "lastSeen":
      return lastMs;
    case "timeSince": {
      if (lastMs === null) return null;
      const units = (atMs - lastMs) / (declaration.unitMs ?? 1);
      return declaration.type === "count" ? Math.floor(units) : units;
    }
    default:
      throw new Error(`\`${declaration.op}\` is not kept by destination`);
  }
}
