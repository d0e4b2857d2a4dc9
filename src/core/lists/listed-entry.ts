import * as z from "zod";
import { parseNetwork } from "../address/network.ts";

/** Active blocks and challenges of single addresses that one world may hold: every isolate keeps them in memory. */
export const MOST_SINGLES = 100_000;
/** Room of their own for whitelisted single addresses, so that no number of blocks keeps an address from being whitelisted. */
const MOST_TRUSTED_SINGLES = 10_000;
/** Active entries that are kept whole: networks, ASNs, countries, e-mail domains and whitelist entries that name rules. */
const MOST_BROAD_ENTRIES = 8_000;

const VERDICTS = ["block", "challenge", "allow"] as const;
const SOURCES = ["staff", "auto"] as const;
/** Entries are numbered from 1; feeds' numbers begin above. */
const EntryNumber = z.int().min(1).max(0x7fff_ffff);

/** An entry on one address (of IPv6: a /64 or less) without rules. Its id and reason are in the record, by its number. */
export interface SingleEntry {
  readonly number: number;
  readonly verdict: (typeof VERDICTS)[number];
  /** An address or a network, canonical. */
  readonly value: string;
  readonly source: (typeof SOURCES)[number];
  /** Epoch milliseconds; null never ends. */
  readonly expiresAtMs: number | null;
}

/** An entry that isolates keep whole: everything but singles. */
export const BroadEntry = z
  .strictObject({
    number: EntryNumber,
    id: z.string().min(1),
    verdict: z.enum(VERDICTS),
    /** What can be known of a visitor at the gate; other kinds are marks of their entity. */
    kind: z.enum(["ip", "asn", "country", "email_domain"]),
    /** Canonical: an address or network, `64500`, `DE`, `example.com`. */
    value: z.string().min(1),
    reason: z.string(),
    source: z.enum(SOURCES),
    expiresAtMs: z.int().nullable(),
    /** Of an `allow`: the rules it silences; null for all rules and the blocks of what it names. */
    rules: z.array(z.string()).nullable(),
  })
  .refine(({ kind, value }) => kind !== "ip" || parseNetwork(value) !== null, { path: ["value"], message: "is no address or network" });
export type BroadEntry = z.infer<typeof BroadEntry>;

/** Entries in force, or what became of entries: `gone` are numbers of entries that no longer are. */
export interface EntrySet {
  readonly singles: readonly SingleEntry[];
  readonly broad: readonly BroadEntry[];
  readonly gone: readonly number[];
}
export const NO_ENTRIES: EntrySet = { singles: [], broad: [], gone: [] };

/** Active entries of one world by what isolates keep of them. */
export interface ListedCounts {
  /** Blocks and challenges of single addresses. */
  readonly singles: number;
  /** Whitelist entries on single addresses. */
  readonly trusted: number;
  readonly broad: number;
}
const MOST: ListedCounts = { singles: MOST_SINGLES, trusted: MOST_TRUSTED_SINGLES, broad: MOST_BROAD_ENTRIES };

interface Countable {
  readonly kind: string;
  readonly verdict: SingleEntry["verdict"];
  readonly entity: string | null;
  readonly rules: readonly string[] | null;
}

/** Which count an entry is in; null for one that only its entity's mark carries. */
export function countedAs({ kind, verdict, entity, rules }: Countable): keyof ListedCounts | null {
  if (!["ip", "asn", "country", "email_domain"].includes(kind)) return null;
  if (kind !== "ip" || entity === null || rules !== null) return "broad";
  return verdict === "allow" ? "trusted" : "singles";
}

/** What entries would go beyond if they were listed with those that are; null when they fit. */
export function beyondCapacity(
  listed: ListedCounts,
  added: readonly Countable[],
): { readonly of: keyof ListedCounts; readonly listed: number; readonly most: number } | null {
  for (const kind of ["singles", "trusted", "broad"] as const) {
    const more = added.filter((entry) => countedAs(entry) === kind).length;
    if (more > 0 && listed[kind] + more > MOST[kind]) return { of: kind, listed: listed[kind], most: MOST[kind] };
  }
  return null;
}
