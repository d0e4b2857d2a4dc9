import type { ListRole } from "./list-role.ts";

/** What decided: the id of a broad entry, else the number of a single or of a feed's network. */
export type EntryKey = number | string;

/** One entry in force that covers an address. Its reason is read from the record, or of a broad entry from memory, by its key. */
export interface Covering {
  readonly role: ListRole;
  readonly entry: EntryKey;
  /** The feed's name, or `staff` or `auto`. */
  readonly source: string;
  /** Epoch milliseconds; null never ends. */
  readonly expiresAtMs: number | null;
}

/** What the lists say about an address. `signals` names the lists of role `signal` that hold it, each once, sorted. */
export type AddressVerdict =
  | { readonly kind: "none"; readonly signals: readonly string[] }
  | {
      readonly kind: "block" | "challenge" | "allow";
      readonly entry: EntryKey;
      readonly source: string;
      readonly expiresAtMs: number | null;
      readonly signals: readonly string[];
    };
