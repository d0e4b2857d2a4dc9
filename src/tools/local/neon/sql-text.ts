/** A JSON parameter as Postgres text, the way Neon's proxy writes it: arrays as array literals, objects as JSON. */
export function toSqlText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return value;
  return Array.isArray(value) ? toArrayLiteral(value) : JSON.stringify(value);
}

function toArrayLiteral(value: unknown): string {
  if (value === null) return "NULL";
  if (Array.isArray(value)) return `{${value.map(toArrayLiteral).join(",")}}`;
  // An object inside an array is a quoted string that holds its JSON.
  return typeof value === "object" ? JSON.stringify(JSON.stringify(value)) : JSON.stringify(value);
}
