import domains from "disposable-email-domains-js/dist/dict/disposable_email_blocklist.json" with { type: "json" };

let known: ReadonlySet<string> | null = null;

/** Throw-away e-mail domains in lower case; the set is made when a decision first needs it. */
export function disposableDomains(): ReadonlySet<string> {
  known ??= new Set(domains);
  return known;
}
