import * as z from "zod";
import { OUTCOMES, type Outcome } from "../decision/outcome.ts";
import { MODES } from "../rules/document.ts";
import { TRUTHS, type Truth } from "./stored-case.ts";
import { BEFORE, cellOf, type Tally } from "./tally.ts";
import { Share, wilson } from "./wilson.ts";

const Truths = z.object({ fraud: z.int(), chargeback: z.int(), legitimate: z.int(), unlabelled: z.int() });
/** Of what was caught, how much was fraud; of all fraud, how much was caught. Fraud and chargebacks count, unlabelled decisions do not. */
const Quality = z.object({ precision: Share.nullable(), recall: Share.nullable() });
const Caught = z.object({ block: Quality, review_or_block: Quality });
const Reviews = z.object({ total: z.int(), per_day: z.number(), busiest_day: z.int() });
const Change = z.object({
  count: z.int(),
  amount: z.number(),
  by_label: Truths,
  examples: z.array(
    z.object({ decision_id: z.string(), transaction_id: z.string(), label: z.enum(TRUTHS), amount: z.number().nullable() }),
  ),
});

/** What a configuration would have done, beside what was done. Amounts are major units. */
export const BacktestResult = z.object({
  /** Decisions that were decided anew. */
  decisions: z.int(),
  /** Decisions left out, because their event is not recorded any more. */
  skipped: z.int(),
  /** The first and the last of them. */
  from: z.string().nullable(),
  to: z.string().nullable(),
  labels: Truths,
  /** Configurations that made the decisions then. */
  versions: z.array(z.object({ seq: z.int(), decisions: z.int() })),
  /** What was answered × what would be answered × label; cells without a decision are left out. `none`: nobody decided then. */
  outcomes: z.array(
    z.object({ before: z.enum(BEFORE), after: z.enum(OUTCOMES), label: z.enum(TRUTHS), count: z.int(), amount: z.number() }),
  ),
  /** Null where nobody decided then. */
  before: Caught.nullable(),
  after: Caught,
  /** What comes to the review team; a day is a UTC day with decisions. */
  reviews: z.object({ before: Reviews.nullable(), after: Reviews }),
  /** Most changed first; `mode` is null for a rule that is not there any more. */
  rules: z.array(
    z.object({
      id: z.string(),
      mode: z.enum(MODES).nullable(),
      hits: z.object({ before: z.int(), after: z.int() }),
      /** Decisions where it could not be told. */
      unknown: z.int(),
      gained: Change,
      lost: Change,
      before: Quality,
      after: Quality,
    }),
  ),
  /** Features that rules read and the record cannot give: they counted as missing, so tests on them were unknown. Most affected first. */
  lacking: z.array(z.object({ feature: z.string(), decisions: z.int(), share: z.number() })),
  /** Decisions whose features' declarations are not known any more, so that everything was missing. */
  undeclared: z.int(),
  /** Processor time of the rules for one decision in microseconds; null where the platform's clock stands still while it computes, as in a Worker. */
  cpu: z.object({ draft_us: z.number(), live_us: z.number(), added_us: z.number() }).nullable(),
});
export type BacktestResult = z.infer<typeof BacktestResult>;

export interface ResultContext {
  /** Rules of the configuration that was tried. */
  readonly rules: readonly { readonly id: string; readonly mode: (typeof MODES)[number] }[];
  /** Decimals of the currency's minor unit. */
  readonly currencyExponent: number;
  readonly cpu: BacktestResult["cpu"];
}

/** Makes the result of a tally: shares with 95 % intervals, major units, names. */
export function resultOf(tally: Tally, { rules, currencyExponent, cpu }: ResultContext): BacktestResult {
  const major = (minor: number): number => minor / 10 ** currencyExponent;
  const cells = cellsOf(tally);
  const labels = byTruth(TRUTHS.map((truth) => sum(cells, (cell) => cell.label === truth)));
  const allFraud = labels.fraud + labels.chargeback;
  const wasDecided = sum(cells, ({ before }) => before !== "none") > 0;
  const caught = (side: "before" | "after"): z.infer<typeof Caught> => ({
    block: qualityOf(cells, side, ["block"], allFraud),
    review_or_block: qualityOf(cells, side, ["review", "block"], allFraud),
  });
  const days = Object.values(tally.days);
  const reviews = (index: 1 | 2): z.infer<typeof Reviews> => {
    const total = days.reduce((all, day) => all + day[index], 0);
    const busiest = days.reduce((most, day) => Math.max(most, day[index]), 0);
    return { total, per_day: days.length === 0 ? 0 : Math.round((total / days.length) * 100) / 100, busiest_day: busiest };
  };
  const changeOf = ({ count, amount_minor, examples }: Tally["rules"][string]["gained"]): z.infer<typeof Change> => ({
    count: total(count),
    amount: major(amount_minor),
    by_label: byTruth(count),
    examples: examples.map((one) => ({
      decision_id: one.decision_id,
      transaction_id: one.transaction_id,
      label: one.truth,
      amount: one.amount_minor === null ? null : major(one.amount_minor),
    })),
  });
  const modes = new Map(rules.map(({ id, mode }) => [id, mode]));
  const ids = new Set([...modes.keys(), ...Object.keys(tally.rules)]);
  return {
    decisions: tally.decisions,
    skipped: tally.skipped,
    from: instant(tally.first_ms),
    to: instant(tally.last_ms),
    labels,
    versions: Object.entries(tally.versions)
      .map(([seq, decisions]) => ({ seq: Number(seq), decisions }))
      .sort((a, b) => a.seq - b.seq),
    outcomes: cells.map(({ amountMinor, ...cell }) => ({ ...cell, amount: major(amountMinor) })),
    before: wasDecided ? caught("before") : null,
    after: caught("after"),
    reviews: { before: wasDecided ? reviews(1) : null, after: reviews(2) },
    rules: [...ids]
      .map((id) => {
        const rule = Object.hasOwn(tally.rules, id) ? tally.rules[id] : undefined;
        const { before = NONE, after = NONE, unknown = 0, gained = NO_CHANGE, lost = NO_CHANGE } = rule ?? {};
        return {
          id,
          mode: modes.get(id) ?? null,
          hits: { before: total(before), after: total(after) },
          unknown,
          gained: changeOf(gained),
          lost: changeOf(lost),
          before: qualityOfHits(before, allFraud),
          after: qualityOfHits(after, allFraud),
        };
      })
      .sort((a, b) => b.gained.count + b.lost.count - a.gained.count - a.lost.count || (a.id < b.id ? -1 : 1)),
    lacking: Object.entries(tally.lacking)
      .map(([feature, decisions]) => ({ feature, decisions, share: Math.round((decisions / tally.decisions) * 1e6) / 1e6 }))
      .sort((a, b) => b.decisions - a.decisions || (a.feature < b.feature ? -1 : 1)),
    undeclared: tally.undeclared,
    cpu,
  };
}

const NONE: readonly number[] = TRUTHS.map(() => 0);
const NO_CHANGE: Tally["rules"][string]["gained"] = { count: [...NONE], amount_minor: 0, examples: [] };

interface Cell {
  readonly before: (typeof BEFORE)[number];
  readonly after: Outcome;
  readonly label: Truth;
  readonly count: number;
  readonly amountMinor: number;
}

function cellsOf(tally: Tally): Cell[] {
  const cells: Cell[] = [];
  for (const before of BEFORE)
    for (const after of OUTCOMES)
      for (const label of TRUTHS) {
        const at = cellOf(before, after, label);
        const count = tally.counts[at] ?? 0;
        if (count > 0) cells.push({ before, after, label, count, amountMinor: tally.amounts_minor[at] ?? 0 });
      }
  return cells;
}

const isFraud = (truth: Truth): boolean => truth === "fraud" || truth === "chargeback";

function sum(cells: readonly Cell[], takes: (cell: Cell) => boolean): number {
  return cells.reduce((all, cell) => (takes(cell) ? all + cell.count : all), 0);
}

function qualityOf(
  cells: readonly Cell[],
  side: "before" | "after",
  outcomes: readonly string[],
  allFraud: number,
): z.infer<typeof Quality> {
  const isCaught = (cell: Cell): boolean => outcomes.includes(cell[side]);
  const hits = sum(cells, (cell) => isCaught(cell) && isFraud(cell.label));
  const labelled = sum(cells, (cell) => isCaught(cell) && cell.label !== "unlabelled");
  return { precision: wilson(hits, labelled), recall: wilson(hits, allFraud) };
}

function qualityOfHits(counts: readonly number[], allFraud: number): z.infer<typeof Quality> {
  const { fraud, chargeback, legitimate } = byTruth(counts);
  const hits = fraud + chargeback;
  return { precision: wilson(hits, hits + legitimate), recall: wilson(hits, allFraud) };
}

function byTruth(counts: readonly number[]): Record<Truth, number> {
  const [fraud = 0, chargeback = 0, legitimate = 0, unlabelled = 0] = counts;
  return { fraud, chargeback, legitimate, unlabelled };
}

const total = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0);
const instant = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
