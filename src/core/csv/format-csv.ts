type Cell = string | number | boolean | null;

/** What a spreadsheet takes for the beginning of a formula: the signs, the minus, and every character whose NFKC form begins with a sign. */
const SIGN = "=+\\-@\\u2212\\u207a\\u207c\\u208a\\u208c\\u2a75\\u2a76\\ufb29\\ufe62\\ufe63\\ufe66\\ufe6b\\uff0b\\uff0d\\uff1d\\uff20";
/** Spaces, control characters and invisible marks, which spreadsheets skip. */
const BLANK = "[\\s\\p{Cc}\\p{Cf}]*";
const FORMULA = new RegExp(`^(?:[\\t\\r\\n]|${BLANK}[${SIGN}])`, "u");
/** A place inside a cell where another separator, or a reader that ignores the quotes, begins a cell of its own. */
const INNER_FORMULA = new RegExp(`([;\\t\\r\\n])(?=${BLANK}[${SIGN}])`, "gu");

/** RFC 4180 rows. A text that a spreadsheet would run as a formula gets an apostrophe in front, also after a separator inside it. */
export function formatCsv(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [header, ...rows].map((row) => `${row.map(formatCell).join(",")}\r\n`).join("");
}

function formatCell(cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell !== "string") return String(cell);
  const inner = cell.replace(INNER_FORMULA, "$1'");
  const safe = FORMULA.test(cell) ? `'${inner}` : inner;
  return /[",;\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
