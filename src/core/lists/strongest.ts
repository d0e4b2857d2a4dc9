import type { AddressVerdict, EntryKey } from "./address-verdict.ts";
import type { ListRole } from "./list-role.ts";

/** Takes the entries that cover one address and keeps the one that decides; used again for the next address, so that a search allocates nothing. */
export interface Strongest {
  offer(role: ListRole, entry: EntryKey, source: string, expiresAtMs: number | null, bits: number): void;
  /** The verdict on what was offered; begins anew. */
  take(): AddressVerdict;
}

const UNLISTED: AddressVerdict = { kind: "none", signals: [] };
const NO_SIGNALS: readonly string[] = [];
/** By role: what does not decide has 0. */
const STRENGTH: Readonly<Record<ListRole, number>> = { signal: 0, excuse: 0, challenge: 1, block: 2, allow: 3 };
const KINDS = ["none", "challenge", "block", "allow"] as const;

export function createStrongest(): Strongest {
  let strength = 0;
  let bits = -1;
  let entry: EntryKey = 0;
  let source = "";
  let expiresAtMs: number | null = null;
  let signals: string[] | null = null;

  const isStronger = (offered: number, offeredBits: number, offeredExpiry: number | null): boolean => {
    if (offered !== strength) return offered > strength;
    if (offeredBits !== bits) return offeredBits > bits;
    return expiresAtMs !== null && (offeredExpiry === null || offeredExpiry > expiresAtMs);
  };
  return {
    offer(role, offeredEntry, offeredSource, offeredExpiry, offeredBits) {
      if (role === "signal") {
        if (signals === null) signals = [offeredSource];
        else if (!signals.includes(offeredSource)) signals.push(offeredSource);
        return;
      }
      const offered = STRENGTH[role];
      if (offered === 0 || !isStronger(offered, offeredBits, offeredExpiry)) return;
      strength = offered;
      bits = offeredBits;
      entry = offeredEntry;
      source = offeredSource;
      expiresAtMs = offeredExpiry;
    },
    take() {
      if (strength === 0 && signals === null) return UNLISTED;
      const held = signals === null ? NO_SIGNALS : signals.sort();
      const kind = KINDS[strength] ?? "none";
      const verdict: AddressVerdict = kind === "none" ? { kind, signals: held } : { kind, entry, source, expiresAtMs, signals: held };
      strength = 0;
      bits = -1;
      signals = null;
      return verdict;
    },
  };
}
