import type { AddressVerdict, EntryKey } from "./address-verdict.ts";
import { type AddressTable, bitsAt, expiryAt, NEVER } from "./base/address-table.ts";
import type { ListRole, ListTag } from "./list-role.ts";

/** Names the entry at a place of one list's table, once it is known to decide. */
export type KeyOf = (table: AddressTable, at: number) => EntryKey;

/** Takes the entries that cover one address and keeps the one that decides; used again for the next address, so that a search allocates nothing. */
export interface Strongest {
  offer(tag: ListTag, table: AddressTable, at: number, keyOf: KeyOf): void;
  /** The verdict on what was offered; begins anew. */
  take(): AddressVerdict;
}

const NO_SIGNALS: readonly string[] = [];
const UNLISTED: AddressVerdict = { kind: "none", signals: NO_SIGNALS };
/** By role: what does not decide has 0. */
const STRENGTH: Readonly<Record<ListRole, number>> = { signal: 0, excuse: 0, challenge: 1, block: 2, allow: 3 };
const KINDS = ["none", "challenge", "block", "allow"] as const;

interface Held {
  readonly tag: ListTag;
  readonly table: AddressTable;
  readonly at: number;
  readonly keyOf: KeyOf;
}

export function createStrongest(): Strongest {
  let strength = 0;
  let held: Held | null = null;
  let signals: string[] | null = null;

  return {
    offer(tag, table, at, keyOf) {
      if (tag.role === "signal") {
        if (signals === null) signals = [tag.source];
        else if (!signals.includes(tag.source)) signals.push(tag.source);
        return;
      }
      const offered = STRENGTH[tag.role];
      if (offered === 0 || offered < strength) return;
      if (held !== null && offered === strength && !isStronger(table, at, held)) return;
      strength = offered;
      held = { tag, table, at, keyOf };
    },
    take() {
      if (held === null && signals === null) return UNLISTED;
      const verdict = verdictOf(held, KINDS[strength] ?? "none", signals === null ? NO_SIGNALS : signals.sort());
      strength = 0;
      held = null;
      signals = null;
      return verdict;
    },
  };
}

/** Whether an entry is before one of the same role: more specific, or longer-lasting on the same network. */
function isStronger(table: AddressTable, at: number, held: Held): boolean {
  const [bits, heldBits] = [bitsAt(table, at), bitsAt(held.table, held.at)];
  return bits === heldBits ? expiryAt(table, at) > expiryAt(held.table, held.at) : bits > heldBits;
}

function verdictOf(held: Held | null, kind: AddressVerdict["kind"], signals: readonly string[]): AddressVerdict {
  if (held === null || kind === "none") return { kind: "none", signals };
  const { tag, table, at, keyOf } = held;
  const expiry = expiryAt(table, at);
  return { kind, entry: keyOf(table, at), source: tag.source, expiresAtMs: expiry === NEVER ? null : expiry * 1_000, signals };
}
