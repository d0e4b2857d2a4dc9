import { parseNetwork } from "../../address/network.ts";
import { err, ok, type Result } from "../../result.ts";
import { type FeedEntry, quoted } from "./feed-format.ts";

/** What a line gives: an entry, nothing (empty, a comment), or the sentence that says why neither. */
export type LineResult = Result<FeedEntry | null, string>;

const COMMENT = /[#;].*$/s;

/** A line of a netset: an address or network, perhaps with a comment. */
export function parseNetsetLine(line: string): LineResult {
  const text = line.replace(COMMENT, "").trim();
  return text === "" ? ok(null) : entryOf(text, null, null);
}

/** A line of ipsum: an address and a count. */
export function parseIpsumLine(line: string): LineResult {
  const [value = "", count, ...rest] = line.replace(COMMENT, "").trim().split(/\s+/);
  if (value === "") return ok(null);
  if (count === undefined || rest.length > 0) return err(`expected an address and a count, got ${quoted(line.trim())}`);
  const number = countOf(count);
  return number === null ? err(`expected a count, got ${quoted(count)}`) : entryOf(value, number, null);
}

/** A whole number below 2³¹ or null. */
export function countOf(text: string): number | null {
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}

export function entryOf(value: string, count: number | null, expiresAtMs: number | null, country: string | null = null): LineResult {
  const network = parseNetwork(value);
  return network === null ? err(`expected an address or a network, got ${quoted(value)}`) : ok({ network, count, country, expiresAtMs });
}
