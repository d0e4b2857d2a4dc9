import { parseNetwork } from "../../address/network.ts";
import { err, ok } from "../../result.ts";
import { parseTime } from "../../rules/literal.ts";
import { quoted } from "./feed-format.ts";
import { countOf, entryOf, type LineResult } from "./parse-line.ts";

const COUNTRY = /^[a-z]{2}$/i;
const VALUE_COLUMNS = ["value", "ip", "address", "network", "cidr"];

interface Columns {
  readonly value: number;
  readonly count: number;
  readonly country: number;
  readonly expiresAt: number;
}
const NO_HEADER: Columns = { value: 0, count: -1, country: 1, expiresAt: -1 };

/** Reads the lines of a CSV file in turn: the first tells the columns, unless it begins with an address already. Other columns are left alone. */
export function createCsvLines(): (line: string) => LineResult {
  let columns: Columns | null = null;
  return (line) => {
    const text = line.trim();
    if (text === "" || text.startsWith("#")) return ok(null);
    const fields = fieldsOf(text);
    if (fields === null) return err(`a quote is not closed in ${quoted(text)}`);
    if (columns === null) {
      columns = parseNetwork(fields[0] ?? "") === null ? columnsOf(fields) : NO_HEADER;
      if (columns.value === -1) return err(`no column is called ${VALUE_COLUMNS.map((name) => `\`${name}\``).join(", ")}`);
      if (columns !== NO_HEADER) return ok(null);
    }
    // Without such a column no line can be read, and the header has said so.
    return columns.value === -1 ? ok(null) : entryOfFields(fields, columns);
  };
}

function columnsOf(header: readonly string[]): Columns {
  const names = header.map((name) => name.toLowerCase());
  return {
    value: names.findIndex((name) => VALUE_COLUMNS.includes(name)),
    count: names.indexOf("count"),
    country: names.indexOf("country"),
    expiresAt: names.indexOf("expires_at"),
  };
}

function entryOfFields(fields: readonly string[], columns: Columns): LineResult {
  const value = fields[columns.value] ?? "";
  const count = fields[columns.count] ?? "";
  const expiresAt = fields[columns.expiresAt] ?? "";
  const number = count === "" ? null : countOf(count);
  if (count !== "" && number === null) return err(`expected a count, got ${quoted(count)}`);
  const expiresAtMs = expiresAt === "" ? null : parseTime(expiresAt);
  if (expiresAt !== "" && expiresAtMs === null) return err(`expected a time such as \`2027-01-01T00:00:00Z\`, got ${quoted(expiresAt)}`);
  const country = fields[columns.country] ?? "";
  const isCountry = COUNTRY.test(country);
  // Without a header nobody said what the second column is.
  if (country !== "" && !isCountry && columns !== NO_HEADER) return err(`expected a country such as \`DE\`, got ${quoted(country)}`);
  return entryOf(value, number, expiresAtMs, isCountry ? country.toUpperCase() : null);
}

/** The fields of one line, quotes taken off; null when a quote stays open (a field over several lines is none of ours). */
function fieldsOf(line: string): string[] | null {
  const fields: string[] = [];
  let at = 0;
  while (at <= line.length) {
    const isQuoted = line[at] === '"';
    const end = isQuoted ? closingQuote(line, at + 1) : line.indexOf(",", at);
    if (isQuoted && end === -1) return null;
    const to = end === -1 ? line.length : end;
    fields.push((isQuoted ? line.slice(at + 1, to).replaceAll('""', '"') : line.slice(at, to)).trim());
    const comma = isQuoted ? line.indexOf(",", to) : to;
    at = comma === -1 ? line.length + 1 : comma + 1;
  }
  return fields;
}

function closingQuote(line: string, from: number): number {
  for (let at = line.indexOf('"', from); at !== -1; at = line.indexOf('"', at + 2)) if (line[at + 1] !== '"') return at;
  return -1;
}
