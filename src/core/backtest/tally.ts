import * as z from "zod";
import { OUTCOMES, type Outcome } from "../decision/outcome.ts";
import type { Redecided } from "./redecide.ts";
import { type StoredCase, TRUTHS, type Truth } from "./stored-case.ts";

/** What was answered then; `none` where nobody decided, as in a file of events. */
export const BEFORE = [...OUTCOMES, "none"] as const;

const Example = z.object({
  decision_id: z.string(),
  transaction_id: z.string(),
  truth: z.enum(TRUTHS),
  amount_minor: z.number().nullable(),
});
const ByTruth = z.array(z.number()).length(TRUTHS.length);
const Change = z.object({ count: ByTruth, amount_minor: z.number(), examples: z.array(Example) });
const RuleTally = z.object({ before: ByTruth, after: ByTruth, unknown: z.number(), gained: Change, lost: Change });
type RuleTally = z.infer<typeof RuleTally>;

/** Everything counted so far, as plain JSON: what a job keeps between its slices. Counts by truth are in the order of `TRUTHS`. */
export const Tally = z.object({
  decisions: z.number(),
  /** Decisions whose event is not recorded any more: they cannot be decided anew. */
  skipped: z.number(),
  /** Decisions whose features are not known any more: all they read is missing. */
  undeclared: z.number(),
  first_ms: z.number().nullable(),
  last_ms: z.number().nullable(),
  /** `cells[cellOf(before, after, truth)]`, decisions and minor units. */
  counts: z.array(z.number()).length(BEFORE.length * OUTCOMES.length * TRUTHS.length),
  amounts_minor: z.array(z.number()).length(BEFORE.length * OUTCOMES.length * TRUTHS.length),
  rules: z.record(z.string(), RuleTally),
  /** By UTC day: decisions, reviews then, reviews now. */
  days: z.record(z.string(), z.tuple([z.number(), z.number(), z.number()])),
  versions: z.record(z.string(), z.number()),
  lacking: z.record(z.string(), z.number()),
});
export type Tally = z.infer<typeof Tally>;

/** Transactions kept of what a rule gained and of what it lost: the newest first met. */
const EXAMPLES = 5;
const DAY_MS = 86_400_000;

export function emptyTally(): Tally {
  const cells = BEFORE.length * OUTCOMES.length * TRUTHS.length;
  return {
    decisions: 0,
    skipped: 0,
    undeclared: 0,
    first_ms: null,
    last_ms: null,
    counts: new Array(cells).fill(0),
    amounts_minor: new Array(cells).fill(0),
    rules: {},
    days: {},
    versions: {},
    lacking: {},
  };
}

/** Where a cell of the matrix of outcomes lies. */
export function cellOf(before: Outcome | "none", after: Outcome, truth: Truth): number {
  return (BEFORE.indexOf(before) * OUTCOMES.length + OUTCOMES.indexOf(after)) * TRUTHS.length + TRUTHS.indexOf(truth);
}

/** Counts one case and what became of it; changes the tally. */
export function addToTally(tally: Tally, one: StoredCase, after: Redecided): void {
  const { before, truth, decidedAtMs } = one;
  const amountMinor = one.event.amountMinor ?? 0;
  const cell = cellOf(before?.outcome ?? "none", after.outcome, truth);
  tally.decisions++;
  tally.first_ms = Math.min(tally.first_ms ?? decidedAtMs, decidedAtMs);
  tally.last_ms = Math.max(tally.last_ms ?? decidedAtMs, decidedAtMs);
  tally.counts[cell] = (tally.counts[cell] ?? 0) + 1;
  tally.amounts_minor[cell] = (tally.amounts_minor[cell] ?? 0) + amountMinor;
  increment(tally.versions, String(one.seq));
  if (after.isUndeclared) tally.undeclared++;
  for (const name of after.lacking) increment(tally.lacking, name);

  const dayName = String(Math.floor(decidedAtMs / DAY_MS));
  const day = tally.days[dayName] ?? [0, 0, 0];
  tally.days[dayName] = day;
  day[0]++;
  if (before?.outcome === "review") day[1]++;
  if (after.outcome === "review") day[2]++;

  const truthIndex = TRUTHS.indexOf(truth);
  const rulesBefore = before?.rules ?? [];
  for (const id of rulesBefore) {
    const rule = ruleOf(tally, id);
    bump(rule.before, truthIndex);
    if (!after.rules.includes(id)) change(rule.lost, one, truthIndex);
  }
  for (const id of after.rules) {
    const rule = ruleOf(tally, id);
    bump(rule.after, truthIndex);
    if (!rulesBefore.includes(id)) change(rule.gained, one, truthIndex);
  }
  for (const id of after.unknown) ruleOf(tally, id).unknown++;
}

function change(changed: RuleTally["gained"], one: StoredCase, truthIndex: number): void {
  bump(changed.count, truthIndex);
  changed.amount_minor += one.event.amountMinor ?? 0;
  if (changed.examples.length >= EXAMPLES) return;
  const { decisionId, event, truth } = one;
  changed.examples.push({ decision_id: decisionId, transaction_id: event.id, truth, amount_minor: event.amountMinor });
}

function ruleOf(tally: Tally, id: string): RuleTally {
  const known = Object.hasOwn(tally.rules, id) ? tally.rules[id] : undefined;
  if (known !== undefined) return known;
  const nothing = (): number[] => TRUTHS.map(() => 0);
  const fresh: RuleTally = {
    before: nothing(),
    after: nothing(),
    unknown: 0,
    gained: { count: nothing(), amount_minor: 0, examples: [] },
    lost: { count: nothing(), amount_minor: 0, examples: [] },
  };
  tally.rules[id] = fresh;
  return fresh;
}

const bump = (counts: number[], index: number): void => {
  counts[index] = (counts[index] ?? 0) + 1;
};

function increment(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}
