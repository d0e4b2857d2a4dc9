type Cell = string | number | null;

/** Rows under their heads, columns two spaces apart, numbers to the right; null is a dash. Nothing at all without rows. */
export function tableLines(heads: readonly string[], rows: readonly (readonly Cell[])[]): string[] {
  if (rows.length === 0) return [];
  const isNumeric = heads.map((_, column) => rows.every((row) => typeof (row[column] ?? null) !== "string"));
  const texts = [heads, ...rows.map((row) => heads.map((_, column) => textOf(row[column] ?? null)))];
  const widths = heads.map((_, column) => Math.max(...texts.map((row) => (row[column] ?? "").length)));
  return texts.map((row) =>
    row
      .map((text, column) => (isNumeric[column] === true ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}

const textOf = (cell: Cell): string => (cell === null ? "–" : String(cell));
