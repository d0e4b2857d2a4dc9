import type { FeedCategory } from "../lists/feed-category.ts";
import { countOfNumber, countryOfNumber } from "../lists/feed-number.ts";
import type { ListTag } from "../lists/list-role.ts";

/** What imported lists know of one address. Null where no list of the kind is in force: nobody looked, which is not "no". */
export interface AddressIntelligence {
  readonly isDatacenter: boolean | null;
  readonly isVpn: boolean | null;
  readonly isTor: boolean | null;
  /** Blacklists that name the address, the counts of feeds that gather several added up. */
  readonly blacklistCount: number | null;
  /** ISO 3166, upper case; null also when the lists do not know the address. */
  readonly country: string | null;
}

/** Nothing imported. */
export const NO_INTELLIGENCE: AddressIntelligence = { isDatacenter: null, isVpn: null, isTor: null, blacklistCount: null, country: null };

/** Gathers what the entries that cover one address say. */
export interface IntelligenceGatherer {
  /** Told of every entry in force, the most specific first. */
  take(tag: ListTag, number: number): void;
  end(): AddressIntelligence;
}

/**
 * Of several countries the most specific network's counts; of one feed's nested networks the highest count.
 * @param tags of the lists in force: a category that none has stays null
 */
export function createIntelligenceGatherer(tags: readonly ListTag[], nowMs: number): IntelligenceGatherer {
  const answered = new Set<FeedCategory>();
  for (const tag of tags) if (isInForce(tag, nowMs) && tag.category !== undefined) answered.add(tag.category);
  const found = new Set<FeedCategory>();
  const counts = new Map<string, number>();
  let country: string | null = null;
  const says = (category: FeedCategory): boolean | null => (answered.has(category) ? found.has(category) : null);
  return {
    take(tag, number) {
      if (tag.category === undefined || !isInForce(tag, nowMs)) return;
      found.add(tag.category);
      if (tag.category === "country") country ??= countryOfNumber(number);
      if (tag.category === "blacklist") counts.set(tag.source, Math.max(counts.get(tag.source) ?? 0, countOfNumber(number)));
    },
    end() {
      let blacklists = 0;
      for (const count of counts.values()) blacklists += count;
      return {
        isDatacenter: says("datacenter"),
        isVpn: says("vpn"),
        isTor: says("tor"),
        blacklistCount: answered.has("blacklist") ? blacklists : null,
        country,
      };
    },
  };
}

const isInForce = ({ endsAtMs }: ListTag, nowMs: number): boolean => endsAtMs === undefined || endsAtMs > nowMs;
