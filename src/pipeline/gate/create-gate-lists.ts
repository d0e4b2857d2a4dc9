import type { Address } from "../../core/address/address.ts";
import type { AddressLists, NamedEntry } from "../../core/lists/address-lists.ts";
import type { EntryKey } from "../../core/lists/address-verdict.ts";
import type { Log } from "../../core/log/log-line.ts";
import type { LiveLists } from "../lists/live-lists.ts";
import { createFollower } from "./follow-lists.ts";
import type { GateLists, Listing } from "./gate-lists.ts";

export interface GateListsDeps {
  readonly live: LiveLists;
  /** How often to look for newer lists, at most. */
  readonly lookMs: number;
  /** How long a request waits for lists when this isolate has none, or old ones. */
  readonly waitMs: number;
  readonly clock: () => number;
  readonly log: Log;
}

const UNLISTED: Listing = { verdict: "none", entry: null };
/** As for addresses: allow over block over challenge. */
const BY_STRENGTH = ["allow", "block", "challenge"] as const;

/** The lists of an isolate as the gate asks them. */
export function createGateLists(deps: GateListsDeps): GateLists {
  const { ready, refresh } = createFollower(deps);
  return {
    ready,
    refresh,
    find(address, { asn, country }, nowMs) {
      const lists = deps.live.current();
      if (lists === null) return UNLISTED;
      // A network operator and a country are ever wider networks around the address.
      return narrowest([
        address === null ? UNLISTED : ofAddress(lists, address, nowMs),
        asn === null ? UNLISTED : ofName(lists.named("asn", String(asn), nowMs)),
        country === null ? UNLISTED : ofName(lists.named("country", country, nowMs)),
      ]);
    },
  };
}

/** What is said of the narrower decides, except that a wider block is not softened to a challenge. */
function narrowest(listings: readonly Listing[]): Listing {
  let decided = UNLISTED;
  for (const listing of listings) {
    if (decided.verdict === "none") decided = listing;
    else if (decided.verdict === "challenge" && listing.verdict === "block") return listing;
  }
  return decided;
}

function ofAddress(lists: AddressLists, address: Address, nowMs: number): Listing {
  const found = lists.find(address, nowMs);
  return found.kind === "none" ? UNLISTED : { verdict: found.kind, entry: entryName(found.source, found.entry) };
}

/** `staff:` or `auto:` with the id of a broad entry or `#` and the number of a single; `feed:` with the feed's name. */
function entryName(source: string, entry: EntryKey): string {
  if (source !== "staff" && source !== "auto") return `feed:${source}`;
  return typeof entry === "number" ? `${source}:#${entry}` : `${source}:${entry}`;
}

/** A whitelist entry that names rules silences those and opens no gate. */
function ofName(entries: readonly NamedEntry[]): Listing {
  for (const verdict of BY_STRENGTH) {
    const entry = entries.find((one) => one.verdict === verdict && (verdict !== "allow" || one.rules === null));
    if (entry !== undefined) return { verdict, entry: entry.source === "feed" ? entry.id : `${entry.source}:${entry.id}` };
  }
  return UNLISTED;
}
