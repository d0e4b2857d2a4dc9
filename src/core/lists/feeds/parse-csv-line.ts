import { parseNetwork } from "../../address/network.ts";
import { csvFields } from "../../csv/csv-fields.ts";
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
    const fields = csvFields(text);
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
