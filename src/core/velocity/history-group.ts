import { DIMENSIONS, type EntityKind } from "../event/entity.ts";
import { EVENT_TYPES } from "../event/event.ts";
import type { HistoryDeclaration } from "../features/declaration.ts";
import { EVENT_FIELD_BY_NAME } from "../features/event-vocabulary.ts";
import type { ConditionNode } from "../rules/condition.ts";
import { COLUMN_NAMES, type ColumnName } from "./column-layout.ts";
import { compilePredicate, type PredicateContext, type RecordPredicate } from "./record-predicate.ts";

/** The history of `by`'s value in the role `as`: one log. */
export interface LogRole {
  readonly by: EntityKind;
  readonly as: EntityKind;
}

/** One feature of a group: what to make of the matching records, and the slot it goes to. */
export interface HistoryReading {
  readonly slot: number;
  readonly declaration: HistoryDeclaration;
  /** Infinity for all time. */
  readonly windowMs: number;
  /** Index of the dimension `of`, −1 for the amount. */
  readonly dimension: number;
}

/** Features that read the same records of the same log over different windows: they are matched once. */
export interface HistoryGroup {
  readonly role: LogRole;
  /** Bit n is EVENT_TYPES[n]. */
  readonly typeMask: number;
  readonly predicate: RecordPredicate | null;
  /** Index of the second dimension of a pair, −1 without. */
  readonly pair: number;
  readonly longestMs: number;
  readonly readings: readonly HistoryReading[];
  /** Columns of the log that a pair or a `where` reads, as indexes into COLUMN_NAMES. */
  readonly columns: readonly number[];
}

/** Sorts log declarations into groups, each with its compiled `where`. Done once per feature file. */
export function groupHistory(
  declarations: readonly { slot: number; declaration: HistoryDeclaration }[],
  context: PredicateContext,
): HistoryGroup[] {
  const groups = new Map<string, { first: HistoryDeclaration; readings: HistoryReading[]; columns: Set<number> }>();
  for (const { slot, declaration } of declarations) {
    const { by, as, events, where, of, windowMs } = declaration;
    const key = JSON.stringify([by, as, typeMaskOf(events), where]);
    const group = groups.get(key) ?? { first: declaration, readings: [], columns: new Set() };
    groups.set(key, group);
    const dimension = of === null || of === "amount" ? -1 : DIMENSIONS.indexOf(of);
    for (const name of columnsRead({ by, where, of: null })) group.columns.add(COLUMN_NAMES.indexOf(name));
    group.readings.push({ slot, declaration, windowMs: windowMs ?? Number.POSITIVE_INFINITY, dimension });
  }
  return [...groups.values()].map(({ first, readings, columns }) => ({
    role: { by: first.by[0], as: first.as },
    typeMask: typeMaskOf(first.events),
    predicate: first.where === null ? null : compilePredicate(first.where, context),
    pair: first.by.length === 2 ? DIMENSIONS.indexOf(first.by[1]) : -1,
    longestMs: Math.max(...readings.map((reading) => reading.windowMs)),
    readings,
    columns: [...columns],
  }));
}

/** The columns a history is read from, besides the core. */
export function columnsRead({ by, of, where }: Pick<HistoryDeclaration, "by" | "of" | "where">): readonly ColumnName[] {
  const names: ColumnName[] = where === null ? [] : dimensionsIn(where);
  if (of !== null && of !== "amount") names.push(of);
  return by.length === 2 ? [...names, by[1]] : names;
}

function dimensionsIn(node: ConditionNode): ColumnName[] {
  switch (node.kind) {
    case "all":
    case "any":
      return node.of.flatMap(dimensionsIn);
    case "not":
      return dimensionsIn(node.of);
    case "test": {
      const dimension = EVENT_FIELD_BY_NAME.get(node.name)?.dimension;
      return dimension == null ? [] : [dimension];
    }
  }
}

function typeMaskOf(events: HistoryDeclaration["events"]): number {
  if (events.length === 0) return 2 ** EVENT_TYPES.length - 1;
  return events.reduce((mask, event) => mask | (1 << EVENT_TYPES.indexOf(event)), 0);
}
