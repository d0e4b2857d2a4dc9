import { parseNetwork } from "../../core/address/network.ts";
import { addressRisk } from "../../core/address-analysis/address-risk.ts";
import type { AddressLists } from "../../core/lists/address-lists.ts";
import type { AddressRecord, AddressScore } from "../../ports/addresses.ts";
import type { RecordEntry } from "../../ports/records.ts";
import type { Services } from "../services.ts";

const BUDGET_MS = 5_000;
const LISTS_BUDGET_MS = 2_000;

/**
 * After recording: scores the addresses of what was recorded and puts the scores where decisions read them. What fails is told and not repeated: the
 * counts are safe, and the next event on an address scores it anew.
 */
export async function scoreAddresses(services: Services, entries: readonly RecordEntry[]): Promise<boolean> {
  for (const livemode of [true, false]) {
    const addresses = new Set<string>();
    for (const { event, livemode: isLive } of entries)
      if (isLive === livemode && event.dimensions.ip !== undefined) addresses.add(event.dimensions.ip);
    if (addresses.size > 0) await scoreSome(services, livemode, [...addresses]);
  }
  return true;
}

async function scoreSome(services: Services, livemode: boolean, addresses: readonly string[]): Promise<void> {
  const { store, cache } = services.addresses;
  const live = services.lists.live[livemode ? "live" : "test"];
  if (live.current() === null) await live.refresh(LISTS_BUDGET_MS);
  const records = await store.byAddress(livemode, addresses, BUDGET_MS);
  const scores = records.ok ? records.value.map((record) => scoreOf(record, live.current(), services.clock())) : [];
  const [saved, cached] = await Promise.all([store.saveScores(scores, BUDGET_MS), cache.put(scores, BUDGET_MS)]);
  for (const answer of [records, saved, cached])
    if (!answer.ok)
      services.log("addresses_not_scored", { addresses: addresses.length, source: answer.error.source, reason: answer.error.reason });
}

/** The score of an address with what the lists say now; of a /64 of IPv6 what they say of its first address. */
export function scoreOf({ livemode, address, changes, recent }: AddressRecord, lists: AddressLists | null, nowMs: number): AddressScore {
  const first = parseNetwork(address)?.first ?? null;
  const known = lists === null || first === null ? null : lists.intelligence(first, nowMs);
  const covering = lists === null || first === null ? null : lists.covering(first, nowMs);
  return {
    ...{ livemode, address, changes },
    riskScore: addressRisk(recent, known),
    lists: covering === null ? null : [...new Set(covering.map(({ source }) => source))].sort(),
  };
}
