import { parseAddress } from "../address/parse-address.ts";
import type { FeatureType } from "../features/value.ts";
import type { Literal } from "./condition.ts";

/** What a literal of each type looks like, for messages. */
export const LITERAL_FORM: Readonly<Record<FeatureType, string>> = {
  money: "an amount in major units such as `129.90`",
  count: "a whole number",
  ratio: "a number",
  duration: 'a duration such as `"90s"` or `"30d"`',
  time: 'a time such as `"2027-01-01T00:00:00Z"`',
  hour: "an hour from `0` to `23`",
  weekday: 'a weekday such as `"monday"`, or `1` (Monday) to `7`',
  country: 'a two-letter country code such as `"DE"`',
  email: "an e-mail address",
  ip: "an IP address (for a network use `cidr`)",
  id: "a text",
  text: "a text",
  boolean: "`true` or `false`",
};

const WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `"90s"`, `"10m"`, `"30d"` in milliseconds, or null. */
export function parseDuration(text: string): number | null {
  const [, digits, unit] = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text) ?? [];
  return digits === undefined || unit === undefined ? null : Number(digits) * (UNIT_MS[unit] ?? 0);
}

/** ISO 8601 with a zone in epoch milliseconds, or null. */
export function parseTime(text: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/.test(text)) return null;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
}

/** Values of `text` and `email` compare in lower case, countries in upper case. */
export function fold(type: FeatureType, text: string): string {
  if (type === "country") return text.toUpperCase();
  return type === "text" || type === "email" ? text.toLowerCase() : text;
}

/** A JSON value as a literal of a type in inside units, or null when it is not one (nothing is coerced). */
export function parseLiteral(type: FeatureType, value: unknown, currencyExponent: number): Literal | null {
  if (type === "boolean") return typeof value === "boolean" ? value : null;
  if (typeof value === "number") return numberOf(type, value, currencyExponent);
  return typeof value === "string" ? textOf(type, value) : null;
}

function numberOf(type: FeatureType, value: number, currencyExponent: number): Literal | null {
  switch (type) {
    case "money": {
      const scaled = value * 10 ** currencyExponent;
      const minor = Math.round(scaled);
      return Math.abs(scaled - minor) <= Math.abs(scaled) * 1e-9 && Number.isSafeInteger(minor) ? minor : null;
    }
    case "count":
      return Number.isSafeInteger(value) ? value : null;
    case "ratio":
      return value;
    case "hour":
      return Number.isInteger(value) && value >= 0 && value <= 23 ? value : null;
    case "weekday":
      return Number.isInteger(value) && value >= 1 && value <= 7 ? value : null;
    default:
      return null;
  }
}

function textOf(type: FeatureType, value: string): Literal | null {
  switch (type) {
    case "duration":
      return parseDuration(value);
    case "time":
      return parseTime(value);
    case "weekday": {
      const index = WEEKDAYS.indexOf(value.toLowerCase());
      return index === -1 ? null : index + 1;
    }
    case "country":
      return /^[A-Za-z]{2}$/.test(value) ? fold(type, value) : null;
    case "email":
      return /^[^\s@]+@[^\s@]+$/.test(value) ? fold(type, value) : null;
    case "ip":
      return parseAddress(value)?.text ?? null;
    case "id":
    case "text":
      return value === "" ? null : fold(type, value);
    default:
      return null;
  }
}
