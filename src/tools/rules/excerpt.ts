const WIDEST = 120;
const LEAD = 40;

/** One line of a text with a mark below a column (from 1, in UTF-16 units), both indented; a long line is cut around the mark. */
export function excerptLines(text: string, line: number, column: number): string[] {
  // A tab or a control character would move the mark, or the terminal.
  const whole = (text.split("\n")[line - 1] ?? "").replace(/\p{Cc}/gu, " ").trimEnd();
  if (whole === "") return [];
  const start = whole.length > WIDEST && column - 1 > WIDEST - LEAD ? column - 1 - LEAD : 0;
  const shown = whole.slice(start, start + WIDEST);
  const [before, after] = [start > 0 ? "…" : "", start + WIDEST < whole.length ? "…" : ""];
  const token = /^(?:"(?:[^"\\]|\\.)*"|[\w.+-]+)/.exec(shown.slice(column - 1 - start))?.[0] ?? "";
  const gutter = String(line);
  const indent = " ".repeat(Math.max(0, before.length + column - 1 - start));
  return [`  ${gutter} | ${before}${shown}${after}`, `  ${" ".repeat(gutter.length)} | ${indent}${"^".repeat(Math.max(1, token.length))}`];
}
