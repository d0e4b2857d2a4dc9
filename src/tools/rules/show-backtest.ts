import type { BacktestResult } from "../../core/backtest/result.ts";
import { TRUTHS } from "../../core/backtest/stored-case.ts";
import { BEFORE } from "../../core/backtest/tally.ts";
import type { Share } from "../../core/backtest/wilson.ts";
import { OUTCOMES } from "../../core/decision/outcome.ts";
import { countOf } from "./show-faults.ts";
import { tableLines } from "./table.ts";

/** Rules and examples that a reader can take in; `--json` has all. */
const MOST_RULES = 20;
const MOST_EXAMPLES = 3;

type RuleChange = BacktestResult["rules"][number];

/** A backtest's result as a page: what would change, whom it would have hit, what each rule gained and lost, and what the record could not tell. */
export function backtestLines(result: BacktestResult): string[] {
  if (result.decisions === 0) return ["no decision in this time"];
  const sections = [
    headLines(result),
    outcomeLines(result),
    qualityLines(result),
    ruleLines(result.rules),
    lackingLines(result),
    costLines(result),
  ];
  return sections.filter((lines) => lines.length > 0).flatMap((lines, index) => (index === 0 ? lines : ["", ...lines]));
}

function headLines({ decisions, skipped, from, to, labels, versions }: BacktestResult): string[] {
  const made = versions.length === 0 ? "" : `, made by version ${versions.map(({ seq }) => seq).join(", ")}`;
  return [
    `${countOf(decisions, "decision")} from ${from ?? "–"} to ${to ?? "–"}${made}`,
    TRUTHS.map((truth) => `${labels[truth]} ${truth}`).join(", "),
    ...(skipped === 0 ? [] : [`${countOf(skipped, "decision")} left out: their events are not recorded any more`]),
  ];
}

/** Only what would be answered otherwise; without anything to compare with, everything. */
function outcomeLines({ outcomes }: BacktestResult): string[] {
  const rows = BEFORE.flatMap((before) =>
    OUTCOMES.flatMap((after) => {
      const cells = outcomes.filter((cell) => cell.before === before && cell.after === after);
      const count = cells.reduce((all, cell) => all + cell.count, 0);
      if (count === 0 || before === after) return [];
      const amount = cells.reduce((all, cell) => all + cell.amount, 0);
      const byTruth = TRUTHS.map((truth) => cells.find(({ label }) => label === truth)?.count ?? 0);
      return [[before, after, count, amount.toFixed(2), ...byTruth]];
    }),
  );
  return rows.length === 0 ? ["every decision would be the same"] : tableLines(["was", "would be", "decisions", "amount", ...TRUTHS], rows);
}

function qualityLines({ before, after, reviews }: BacktestResult): string[] {
  const row = (name: string, caught: BacktestResult["after"], team: BacktestResult["reviews"]["after"] | null) => [
    ...[name, shareText(caught.block.precision), shareText(caught.block.recall)],
    ...[shareText(caught.review_or_block.precision), shareText(caught.review_or_block.recall)],
    team === null ? null : `${team.per_day} (${team.busiest_day})`,
  ];
  return tableLines(
    ["", "block: precision", "recall", "review or block: precision", "recall", "reviews a day (most)"],
    [...(before === null ? [] : [row("was", before, reviews.before)]), row("would be", after, reviews.after)],
  );
}

function ruleLines(rules: readonly RuleChange[]): string[] {
  const changed = rules.filter(({ gained, lost }) => gained.count + lost.count > 0);
  const shown = changed.slice(0, MOST_RULES);
  const table = tableLines(
    ["rule", "mode", "fired", "would fire", "gained", "lost", "unknown", "precision", "recall"],
    shown.map((one) => [
      ...[one.id, one.mode, one.hits.before, one.hits.after, one.gained.count, one.lost.count, one.unknown],
      ...[shareText(one.after.precision), shareText(one.after.recall)],
    ]),
  );
  const left = changed.length - shown.length;
  return [...table, ...shown.flatMap(exampleLines), ...(left === 0 ? [] : [`${countOf(left, "more rule")} changed: --json has them`])];
}

function exampleLines({ id, gained, lost }: RuleChange): string[] {
  const told = (kind: string, { examples }: RuleChange["gained"]): string[] =>
    examples
      .slice(0, MOST_EXAMPLES)
      .map(
        ({ transaction_id, amount, label }) =>
          `  ${id} ${kind} ${transaction_id}: ${amount === null ? "no amount" : amount.toFixed(2)}, ${label}`,
      );
  return [...told("gained", gained), ...told("lost", lost)];
}

/** What the record could not give was unknown to the rules, never false. */
function lackingLines({ lacking, undeclared }: BacktestResult): string[] {
  const rows = lacking.map(({ feature, decisions, share }) => [feature, decisions, percent(share)]);
  return [
    ...(rows.length === 0 ? [] : ["not in the record, so unknown to the rules:", ...tableLines(["feature", "decisions", "share"], rows)]),
    ...(undeclared === 0
      ? []
      : [`${countOf(undeclared, "decision")} with features that are not known any more: all of theirs were missing`]),
  ];
}

function costLines({ cpu }: BacktestResult): string[] {
  if (cpu === null) return [];
  const sign = cpu.added_us < 0 ? "−" : "+";
  return [`rules: ${cpu.draft_us.toFixed(2)} µs CPU a decision (${sign}${Math.abs(cpu.added_us).toFixed(2)} µs)`];
}

/** `81.0 % (78.1–83.5)`, the interval being 95 %. */
function shareText(share: Share | null): string | null {
  return share === null ? null : `${percent(share.share)} (${(share.low * 100).toFixed(1)}–${(share.high * 100).toFixed(1)})`;
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
