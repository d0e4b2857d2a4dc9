import type { RecentCounts } from "../core/address-analysis/address-risk.ts";
import type { Answer } from "./answer.ts";

/** What is known of one address that events came from. */
export interface AddressRecord {
  readonly livemode: boolean;
  /** An IPv4 address, or the /64 of an IPv6 address. */
  readonly address: string;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  readonly events: number;
  /** Different clients and devices, since the address was first seen. */
  readonly clients: number;
  readonly devices: number;
  readonly outcomes: { readonly allow: number; readonly challenge: number; readonly review: number; readonly block: number };
  readonly logins: number;
  readonly failedLogins: number;
  readonly recent: RecentCounts;
  /** Grows with every change of the counts. */
  readonly changes: number;
  /** Feeds, and `staff` or `auto`, that held the address when it was scored last. */
  readonly lists: readonly string[];
  /** 0 to 100 (`addressRisk`). */
  readonly riskScore: number;
}
export interface AddressScore extends Pick<AddressRecord, "livemode" | "address" | "changes" | "riskScore"> {
  /** Null leaves what is there: the lists could not be read. */
  readonly lists: readonly string[] | null;
}
export interface AddressQuery {
  readonly livemode: boolean;
  /** Scores from … to …, both included. */
  readonly leastRisk: number;
  readonly mostRisk: number;
  /** A part of the address. */
  readonly text: string | null;
  /** From 1. */
  readonly page: number;
  readonly pageSize: number;
}
/** The analysis of addresses. Counts are kept by recording; this reads them and saves what was made of them. */
export interface AddressStore {
  byAddress(livemode: boolean, addresses: readonly string[], budgetMs: number): Answer<readonly AddressRecord[]>;
  /** Saves scores of counts that have not changed since; those that have are scored by who changed them. */
  saveScores(scores: readonly AddressScore[], budgetMs: number): Answer<void>;
  /** Highest risk first. */
  search(query: AddressQuery, budgetMs: number): Answer<{ readonly addresses: readonly AddressRecord[]; readonly total: number }>;
  /** Forgets addresses not seen since a time, some at a time; gives their number. */
  forget(beforeMs: number, budgetMs: number): Answer<number>;
}
/** Scores where a decision reads them in its one round trip. */
export interface AddressRiskCache {
  put(scores: readonly Pick<AddressScore, "livemode" | "address" | "riskScore">[], budgetMs: number): Answer<void>;
}
