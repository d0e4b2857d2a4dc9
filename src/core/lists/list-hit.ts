/** What an entry of the block list or the whitelist may name. `client` is the sources' `user`. */
export const LISTED_KINDS = [
  "ip",
  "device",
  "client",
  "dest",
  "card",
  "email",
  "email_domain",
  "phone",
  "shipping",
  "asn",
  "country",
] as const;
export type ListedKind = (typeof LISTED_KINDS)[number];

/** Where an entry came from: a person, a rule's `autoBlock`, an imported feed, the whitelist of the published ruleset. */
export const LIST_SOURCES = ["staff", "auto", "feed", "ruleset"] as const;
export type ListSource = (typeof LIST_SOURCES)[number];

/** An entry that speaks about an event or an address, as a decision is told of it. */
export interface ListHit {
  readonly verdict: "block" | "allow";
  /** The entry's id; an entry of a ruleset is `ruleset:` and its place. */
  readonly id: string;
  readonly kind: ListedKind;
  /** As it was listed: for `ip` an address or a network in canonical form. */
  readonly value: string;
  readonly reason: string;
  readonly source: ListSource;
  /** Epoch milliseconds; null never ends. An entry whose time is over is no hit. */
  readonly expiresAtMs: number | null;
  /** Of a whitelist entry: the full ids of the rules it silences; null for all rules and its own entity's blocks. */
  readonly rules: readonly string[] | null;
}
