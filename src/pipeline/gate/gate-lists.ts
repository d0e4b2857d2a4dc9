import type { Address } from "../../core/address/address.ts";

/** Where the platform places a visitor; null where it does not know or the place would be a proxy's. */
export interface Place {
  readonly country: string | null;
  readonly asn: number | null;
}
export interface Listing {
  readonly verdict: "none" | "block" | "challenge" | "allow";
  /** The entry that decided; null with `none`. */
  readonly entry: string | null;
}
export type WaitUntil = (work: Promise<unknown>) => void;

/** The lists that this isolate holds. */
export interface GateLists {
  /**
   * Sees to it that the lists are recent: at once when they are, else waits a moment for those that are coming.
   * `stale` are the last good ones, and `none` is an isolate that never had any.
   */
  ready(waitUntil: WaitUntil): Promise<"fresh" | "stale" | "none">;
  /** Begins to look for newer lists when that is due; nobody waits for it. */
  refresh(waitUntil: WaitUntil): void;
  /** What the lists in memory say; no I/O. */
  find(address: Address | null, place: Place, nowMs: number): Listing;
}
