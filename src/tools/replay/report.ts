import { OUTCOMES } from "../../core/decision/outcome.ts";
import type { Summary } from "./summary.ts";

const whole = (value: number) => value.toLocaleString("en-US");
const percent = (share: number) => (Number.isNaN(share) ? "–" : `${(share * 100).toFixed(2)} %`);
const ms = (value: number) => (Number.isNaN(value) ? "–" : `${value.toFixed(1)} ms`);

/** A table: first column to the left, the others to the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("   ")
      .trimEnd(),
  );
}

/** The summary as text for a terminal. */
export function report(summary: Summary, elapsedMs: number, leftOut: number): string {
  const { sent, decided, frauds, outcomes, caught, latency } = summary;
  const seconds = elapsedMs / 1_000;
  const sections = [
    [
      `${whole(sent)} transactions, ${whole(decided)} decided, ${whole(frauds)} of them fraud, in ${seconds.toFixed(1)} s (${whole(Math.round(sent / seconds))} a second)`,
      ...(leftOut > 0 ? [`${whole(leftOut)} left out: their amount is outside the API's range`] : []),
    ],
    table([
      ["outcome", "decisions", "fraud"],
      ...OUTCOMES.map((outcome) => [outcome, whole(outcomes[outcome].all), whole(outcomes[outcome].fraud)]),
    ]),
    table([
      ["caught", "recall", "precision"],
      ["review or block", percent(caught.reviewOrBlock.recall), percent(caught.reviewOrBlock.precision)],
      ["block", percent(caught.block.recall), percent(caught.block.precision)],
    ]),
    table([["rule", "hits", "fraud"], ...summary.rules.map(([id, share]) => [id, whole(share.all), whole(share.fraud)])]),
    table([["model", "decisions"], ...counts(summary.model)]),
    table([["degraded", "decisions"], ...counts(summary.degraded)]),
    table([["error", "answers"], ...counts(summary.errors)]),
    [`latency   p50 ${ms(latency.p50)}   p95 ${ms(latency.p95)}   p99 ${ms(latency.p99)}   max ${ms(latency.max)}`],
  ];
  return sections.map((lines) => lines.join("\n")).join("\n\n");
}

const counts = (pairs: readonly (readonly [string, number])[]): string[][] =>
  pairs.length === 0 ? [["none", "0"]] : pairs.map(([name, count]) => [name, whole(count)]);
