/** What `jsonb` refuses in a JSON text: NUL, and surrogates that have no partner. */
const REFUSED = /\\u0000|\\u[dD][89a-fA-F]/;

/**
 * JSON text that Postgres takes: NUL and lone surrogates, which `jsonb` cannot hold, become U+FFFD.
 * One hostile attribute must not keep a hundred other events out.
 */
export function toStorableJson(value: unknown): string {
  const text = JSON.stringify(value);
  // JSON.stringify escapes exactly the characters in question, so clean values pay one search.
  return REFUSED.test(text) ? JSON.stringify(replaced(value)) : text;
}

function replaced(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll("\0", "\ufffd").toWellFormed();
  if (Array.isArray(value)) return value.map(replaced);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [replaced(key), replaced(entry)]));
}
