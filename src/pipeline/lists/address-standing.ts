import type { World } from "../../core/access/api-key.ts";
import { parseAddress } from "../../core/address/parse-address.ts";
import type { ListRole } from "../../core/lists/list-role.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { AddressRecord } from "../../ports/addresses.ts";
import type { Refusal } from "../refusal.ts";
import type { Services } from "../services.ts";

const BUDGET_MS = 2_000;

/** One entry or feed that covers an address. */
export interface StandingEntry {
  readonly role: ListRole;
  /** The id of a person's or a rule's entry; `feed:` and its name. */
  readonly id: string;
  readonly source: "staff" | "auto" | "feed";
  /** The address or network as it is listed. */
  readonly value: string;
  readonly reason: string;
  /** When a person or rule listed it; of a feed when it was last imported. */
  readonly sinceMs: number;
  readonly expiresAtMs: number | null;
  /** Of a feed: on how many lists it saw the address. */
  readonly count: number | null;
}
export interface AddressStanding {
  readonly address: string;
  readonly verdict: "none" | "block" | "challenge" | "allow";
  /** What decided; null with `none`. */
  readonly decidedBy: StandingEntry | null;
  /** Everything that covers it, the most specific first. */
  readonly entries: readonly StandingEntry[];
  /** What it did; null when no event came from it, and for callers who are no staff. */
  readonly analysis: AddressRecord | null;
}

const STRENGTH: readonly ListRole[] = ["allow", "block", "challenge"];

/** What the record says about an address: allow over block over challenge, as the lists decide. Feeds are of the live world. */
export async function readAddressStanding(
  services: Services,
  world: World,
  input: string,
  reader: "staff" | "caller",
): Promise<Result<AddressStanding, Refusal>> {
  const address = parseAddress(input);
  if (address === null)
    return err({ kind: "invalid", faults: [{ code: "malformed_address", path: "address", message: "must be one IPv4 or IPv6 address" }] });
  const { entries, feeds } = services.lists;
  const nowMs = services.clock();
  const [listed, holding, known] = await Promise.all([
    entries.aroundAddress(address.text, world === "live", nowMs, BUDGET_MS),
    world === "live" ? feeds.holding(address.text, nowMs, BUDGET_MS) : ok([]),
    reader === "staff" ? services.addresses.store.byAddress(world === "live", [address.countingKey], BUDGET_MS) : ok([]),
  ]);
  if (!listed.ok) return err({ kind: "unavailable", part: listed.error.source });
  if (!holding.ok) return err({ kind: "unavailable", part: holding.error.source });
  if (!known.ok) return err({ kind: "unavailable", part: known.error.source });
  const found: StandingEntry[] = listed.value.map(({ id, verdict, rules, source, value, reason, createdAtMs, expiresAtMs }) => {
    const role = verdict === "allow" && rules !== null ? "excuse" : verdict;
    return { role, id, source, value, reason, sinceMs: createdAtMs, expiresAtMs, count: null };
  });
  for (const { feed, row, role } of holding.value) {
    const ends = [row.expiresAtMs, feed.expiresAtMs].filter((ms) => ms !== null);
    const expiresAtMs = ends.length === 0 ? null : Math.min(...ends);
    const about = { id: `feed:${feed.name}`, source: "feed", value: row.network.replace(/\/(?:32|128)$/, ""), reason: feed.name } as const;
    found.push({ ...about, role, sinceMs: feed.importedAtMs, expiresAtMs, count: row.count });
  }
  const role = STRENGTH.find((strong) => found.some((entry) => entry.role === strong));
  const decidedBy = found.find((entry) => entry.role === role) ?? null;
  const verdict = decidedBy === null || decidedBy.role === "signal" || decidedBy.role === "excuse" ? "none" : decidedBy.role;
  return ok({ address: address.text, verdict, decidedBy, entries: found, analysis: known.value[0] ?? null });
}
