import type { Network } from "../../address/network.ts";
import type { FeedRole } from "../list-role.ts";

/**
 * How a feed is written.
 * `ipsum`: an address and the number of lists that name it, in columns. `netset`: an address or network a line, comments after `#` or `;`.
 * `csv`: with a header that names `value` (or `ip`, `address`, `network`, `cidr`) and perhaps `count`, `country` and `expires_at`; without one the
 * first column, and a country in the second.
 * `crowdsec`: the answer of CrowdSec's LAPI to `/v1/decisions/stream?startup=true` or `/v1/decisions`.
 */
export const FEED_FORMATS = ["ipsum", "netset", "csv", "crowdsec"] as const;
export type FeedFormat = (typeof FEED_FORMATS)[number];

/** One network of a feed. */
export interface FeedEntry {
  readonly network: Network;
  /** On how many lists the feed saw it; null when it does not say. */
  readonly count: number | null;
  /** ISO 3166, upper case, of a feed that says where its networks are. */
  readonly country: string | null;
  /** Epoch milliseconds; null lasts as long as the feed. */
  readonly expiresAtMs: number | null;
}

/** What a decision of CrowdSec's is told by: one of the same scope, value and type takes its place, and a deletion ends no other. */
export interface DecisionKey {
  readonly scope: "ip" | "range" | "as" | "country";
  /** Canonical: a network, `64500`, `DE`. */
  readonly value: string;
  /** In lower case: `ban`, `captcha`. */
  readonly type: string;
}
/** A decision of CrowdSec's that is no ban on an address or network: those are entries. */
export interface FeedDecision extends DecisionKey {
  readonly role: FeedRole;
  /** Epoch milliseconds. */
  readonly expiresAtMs: number;
}

/** A line that gave no entry though it should have, counted from 1 (of `crowdsec` a place in `new`), and why. */
export interface FeedFault {
  readonly line: number;
  readonly message: string;
}

/** The offending text as a message may repeat it. */
export const quoted = (text: string): string => `\`${text.length > 60 ? `${text.slice(0, 60)}…` : text}\``;
