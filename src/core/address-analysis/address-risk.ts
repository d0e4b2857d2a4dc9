import type { AddressIntelligence } from "../address-intelligence/address-intelligence.ts";

/** What an address did lately: counts that halve every 30 days, so they are no whole numbers. */
export interface RecentCounts {
  readonly decisions: number;
  /** Challenged or sent to review. */
  readonly held: number;
  readonly blocked: number;
  readonly logins: number;
  readonly failedLogins: number;
}

const TOR = 0.4;
const DATACENTER = 0.2;
const VPN = 0.15;
/** Each further blacklist leaves this share of what was left, down to `LEAST_TRUST`. */
const TRUST_PER_BLACKLIST = 0.85;
const LEAST_TRUST = 0.25;
const REFUSED = 0.95;
/** What a held transaction weighs beside a blocked one. */
const HELD = 0.3;
const FAILED_LOGINS = 0.8;
/** Decisions and logins that count as innocent from the start: one refusal is no pattern. */
const INNOCENT = 4;

/**
 * The risk score of an address, 0 to 100 with two decimals: 100 × (1 − the product of (1 − part)), with these parts:
 * - on a list of tor exits 0.4, of datacenters 0.2, of VPNs 0.15 (0 where no such list is imported)
 * - on n blacklists 1 − max(0.25, 0.85ⁿ)
 * - refused transactions 0.95 × (blocked + 0.3 × held) ÷ (decisions + 4)
 * - failed logins 0.8 × failed ÷ (logins + 4)
 *
 * Crowds do not count: many clients behind one address are an office or a mobile carrier as often as a farm.
 * @param lists what imported lists know of it; null when nobody could say
 */
export function addressRisk(recent: RecentCounts, lists: AddressIntelligence | null): number {
  const refused = (recent.blocked + HELD * recent.held) / (recent.decisions + INNOCENT);
  const failed = recent.failedLogins / (recent.logins + INNOCENT);
  const parts = [
    lists?.isTor === true ? TOR : 0,
    lists?.isDatacenter === true ? DATACENTER : 0,
    lists?.isVpn === true ? VPN : 0,
    1 - Math.max(LEAST_TRUST, TRUST_PER_BLACKLIST ** (lists?.blacklistCount ?? 0)),
    REFUSED * share(refused),
    FAILED_LOGINS * share(failed),
  ];
  const trust = parts.reduce((left, part) => left * (1 - part), 1);
  return Math.round((1 - trust) * 10_000) / 100;
}

const share = (value: number): number => Math.min(1, Math.max(0, value));
