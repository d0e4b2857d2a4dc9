/** One comparison of a part, all figures in `unit`; null where there is none. */
export interface Row {
  readonly part: string;
  readonly unit: string;
  readonly ours: number;
  readonly peer: number | null;
  readonly limit: number | null;
  readonly target: string;
}

const HEADINGS = ["part", "unit", "ours", "peer", "limit", "ours ÷ limit", "peer ÷ ours", "target"];

/** Rows as a Markdown table with columns of even width. */
export function tableOf(rows: readonly Row[]): string {
  const cells = [HEADINGS, ...rows.map(cellsOf)];
  const widths = HEADINGS.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, i) => (i < 2 || i === 7 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(" | ")} |`;
  const rule = `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`;
  return [line(HEADINGS), rule, ...cells.slice(1).map(line)].join("\n");
}

function cellsOf({ part, unit, ours, peer, limit, target }: Row): string[] {
  return [part, unit, figure(ours), figure(peer), figure(limit), ratio(ours, limit), ratio(peer, ours), target];
}

const ratio = (of: number | null, to: number | null): string => (of === null || to === null ? "—" : `${digits(of / to)}×`);
const figure = (value: number | null): string => (value === null ? "—" : digits(value));
const digits = (value: number): string => (value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3));
