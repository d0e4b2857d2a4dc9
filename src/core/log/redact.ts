import { isCardNumber } from "../event/card-number.ts";
import { maskCardNumbers } from "../privacy/find-card-numbers.ts";

const MAX_READ = 2_000;
const MAX_KEPT = 500;
const MAX_NAMES = 200;

/** Names of fields whose values are never written, whatever they hold. */
const SECRET_FIELD =
  /^(?:authorization|cookie|set_cookie|x_api_key|api_key|key|passw(?:or)?d|pan|card|card_number|cvc|cvv|iban)$|_(?:secret|password|token)$|^(?:secret|token)$/i;

const API_KEY = /\btg_([a-z]+)_[0-9A-Za-z]+/g;
const JSON_WEB_TOKEN = /\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?/g;
const CREDENTIAL = /\b(Bearer|Basic)\s+[\w.~+/=-]+/gi;
const URL_PASSWORD = /:\/\/[^\s/@]{1,300}@/g;
const EMAIL = /[^\s@"'`<>()[\],;:=]{1,64}@([\w.-]{1,253}\.[a-z]{2,24})\b/gi;
const DIGIT_RUN = /\d(?:[ -]?\d){12,30}/g;

/** What a text must have in it for one of the patterns above to match: most texts have none of these, and are looked at once. */
const SUSPICIOUS = /@|:\/\/|tg_|eyJ|[Bb][Ee][Aa][Rr][Ee][Rr]|[Bb][Aa][Ss][Ii][Cc]|\d(?:[^0-9a-z]{0,3}\d){12}|%[0-9a-f]{2}|[^\u0020-\u007e]/;

/**
 * A text that may be logged: API keys, tokens, passwords in URLs and card numbers are taken out, of an e-mail address
 * the first letter and the domain stay. At most `kept` characters.
 */
export function redactText(text: string, kept = MAX_KEPT): string {
  if (text.length <= kept && !SUSPICIOUS.test(text)) return text;
  return maskCardNumbers(text.slice(0, MAX_READ))
    .replace(API_KEY, "tg_$1_[redacted]")
    .replace(JSON_WEB_TOKEN, "[token]")
    .replace(CREDENTIAL, "$1 [redacted]")
    .replace(URL_PASSWORD, "://[redacted]@")
    .replace(EMAIL, (address, domain: string) => `${address.charAt(0)}***@${domain}`)
    .replace(DIGIT_RUN, (run) => (holdsCardNumber(run) ? "[card]" : run))
    .slice(0, kept);
}

/** The value of a field as it may be logged: text is redacted, a field whose name says secret is not written at all. */
export function redactField<T extends string | number | boolean | null>(name: string, value: T): T | string {
  if (value === null || typeof value === "boolean") return value;
  if (isSecret(name)) return "[redacted]";
  return typeof value === "string" ? redactText(value) : value;
}

/** Names are our own and few, so each is looked at once. */
const known = new Map<string, boolean>();
function isSecret(name: string): boolean {
  const seen = known.get(name);
  if (seen !== undefined) return seen;
  const is = SECRET_FIELD.test(name);
  if (known.size < MAX_NAMES) known.set(name, is);
  return is;
}

/** The whole run, or a part of it between separators. */
function holdsCardNumber(run: string): boolean {
  return isCardNumber(run) || run.split(/[ -]/).some(isCardNumber);
}
