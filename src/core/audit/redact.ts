import type { AuditDetails } from "./entry.ts";

/** Names whose values are secrets or stand for one, in snake or camel case. */
const SECRET_NAME = /(^|_|[a-z])(secret|password|passphrase|token|digest|api_?key|private_?key|authorization|cookie|otp)s?$/i;
/** API keys, JSON Web Tokens and bearer headers inside other text. */
const SECRET_TEXT = /\btg_(?:live|test)_[0-9A-Za-z]{8,}|\beyJ[\w-]{8,}\.[\w-]+\.[\w-]+|\bBearer\s+\S+/g;
const REMOVED = "[removed]";

/** A copy of details in which every secret, by its name or by its form, reads `[removed]`; names and structure stay. */
export function withoutSecrets(details: AuditDetails): AuditDetails {
  return Object.fromEntries(Object.entries(details).map(([name, value]) => [name, SECRET_NAME.test(name) ? REMOVED : cleaned(value)]));
}

function cleaned(value: unknown): unknown {
  if (typeof value === "string") return value.replace(SECRET_TEXT, REMOVED);
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value === "object" && value !== null) return withoutSecrets(value as AuditDetails);
  return value;
}
