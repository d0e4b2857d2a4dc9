import { DIMENSIONS } from "../event/entity.ts";
import { holdEvent, holdsColumn, readLog } from "../velocity/decode-log.ts";
import { fold } from "../velocity/fold-reading.ts";
import type { HistoryGroup } from "../velocity/history-group.ts";
import { matchRecords } from "../velocity/matched.ts";
import type { FactPlan } from "./compile-facts.ts";
import type { FactInput } from "./fact-input.ts";
import { type FactState, setMark, setMissing } from "./fact-state.ts";
import type { Facts, FeatureSource, Mark } from "./value.ts";

export interface ComputedFacts {
  readonly facts: Facts;
  /** Sources that failed for at least one declared feature. */
  readonly missing: readonly FeatureSource[];
}

/** Computes every declared feature of one event: log features from their logs in one pass each, the others in slot order. Never fails; what a source did not give is missing. */
export function computeFacts(plan: FactPlan, input: FactInput): ComputedFacts {
  const { event } = input;
  holdEvent(plan.selfLog, event, plan.hash);
  const logs = plan.roles.map(({ role, log }) => {
    const packed = role.by === role.as ? input.logs : input.roles;
    if (packed === undefined || event.dimensions[role.by] === undefined) return null;
    readLog(log, role.by === role.as ? input.logs?.[role.by] : input.roles?.[`${role.by}>${role.as}`]);
    return log;
  });
  const state: FactState = {
    input,
    values: new Array(plan.catalogue.slots.length).fill(null),
    marks: new Map(),
    missing: new Set(),
    self: { event, atMs: Math.max(1, Math.floor(event.occurredAtMs)), log: plan.selfLog, counts: input.self },
    logs,
    clientMark: markOf(input.client?.asOfMs),
    destMark: markOf(input.dest?.asOfMs),
  };
  for (const { group, role } of plan.groups) computeGroup(state, group, role);
  for (const step of plan.steps) step(state);
  return { facts: { values: state.values, marks: state.marks }, missing: [...state.missing] };
}

function markOf(asOfMs: number | undefined): Mark | null {
  return asOfMs === undefined ? null : { asOfMs };
}

function computeGroup(state: FactState, group: HistoryGroup, role: number): void {
  const { event } = state.input;
  const pair = group.pair < 0 ? undefined : DIMENSIONS[group.pair];
  // A field that was not sent is absent, and so is the history of nobody.
  if (event.dimensions[group.role.by] === undefined || (pair !== undefined && event.dimensions[pair] === undefined)) return;
  const log = state.logs[role] ?? null;
  if (log === null || !group.columns.every((column) => holdsColumn(log, column))) {
    for (const { slot } of group.readings) setMissing(state, slot, "log");
    return;
  }
  const matched = matchRecords(group, log, state.self);
  for (const reading of group.readings) {
    if (reading.dimension >= 0 && !holdsColumn(log, reading.dimension)) {
      setMissing(state, reading.slot, "log");
      continue;
    }
    const { value, quality } = fold(matched, reading);
    state.values[reading.slot] = value;
    if (quality !== undefined) setMark(state, reading.slot, quality);
  }
}
