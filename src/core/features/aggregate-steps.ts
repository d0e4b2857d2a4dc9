import type { HistoryGroup } from "../velocity/history-group.ts";
import { isOneOf, summableAmount } from "../velocity/matched.ts";
import type { HistoryDeclaration } from "./declaration.ts";
import { type FactState, type Step, setMissing } from "./fact-state.ts";
import type { FeatureValue } from "./value.ts";

/** What SQL computed for the event's client or destination, with the event itself added where it counts. `group` says whether it is one of the events. */
export function aggregateStep(declaration: HistoryDeclaration, slot: number, group: HistoryGroup | null): Step {
  const entity = declaration.by[0] === "dest" ? "dest" : "client";
  return (state) => {
    const aggregates = state.input[entity];
    if (state.input.event.dimensions[entity] === undefined) {
      state.values[slot] = null;
      return;
    }
    // A name that cached aggregates do not have was declared after they were computed.
    const value = aggregates === null ? noHistory(declaration) : aggregates?.values[declaration.name];
    if (value === undefined) {
      setMissing(state, slot, "postgres");
      return;
    }
    state.values[slot] = group !== null && typeof value === "number" ? value + ownShare(declaration, group, state) : value;
    const mark = entity === "client" ? state.clientMark : state.destMark;
    if (mark !== null) state.marks.set(slot, mark);
  };
}

/** What the event being decided adds to a count or a sum. */
function ownShare(declaration: HistoryDeclaration, group: HistoryGroup, { self }: FactState): number {
  if (!isOneOf(group, self)) return 0;
  return declaration.op === "count" ? 1 : Math.max(0, summableAmount(self.log, 0));
}

/** The value of an aggregate over no events (D4). */
export function noHistory({ op }: HistoryDeclaration): FeatureValue {
  switch (op) {
    case "count":
    case "countDistinct":
    case "crossDimensionCount":
    case "sum":
      return 0;
    case "velocity":
      return false;
    default:
      return null;
  }
}
