import type { Visitor } from "../../core/gate/visitor.ts";
import { describeError } from "../../core/log/describe-error.ts";
import type { GateLists, Listing, Place, WaitUntil } from "./gate-lists.ts";
import type { GateParts } from "./gate-parts.ts";

export interface Judgement {
  readonly listing: Listing;
  /** The lists are old, missing or damaged: what they still say holds, and nobody else is refused. */
  readonly isDegraded: boolean;
}

const UNLISTED: Listing = { verdict: "none", entry: null };

/** What the lists say of a visitor. Never throws: without usable lists nobody is listed, and the judgement is degraded. */
export async function judgeVisitor(
  { lists, clock, log }: Pick<GateParts, "lists" | "clock" | "log">,
  visitor: Visitor,
  place: Place,
  waitUntil: WaitUntil,
): Promise<Judgement> {
  if (lists === null) return { listing: UNLISTED, isDegraded: false };
  const isFresh = await areFresh(lists, waitUntil, (error) => log("gate_failed", { part: "lists", ...describeError(error) }));
  try {
    const listing = lists.find(visitor.address, place, clock());
    // An address that somebody else may have chosen does not open the gate.
    const counts = visitor.isTrusted || listing.verdict !== "allow";
    return { listing: counts ? listing : UNLISTED, isDegraded: !isFresh };
  } catch (error) {
    log("gate_failed", { part: "find", ...describeError(error) });
    return { listing: UNLISTED, isDegraded: true };
  }
}

async function areFresh(lists: GateLists, waitUntil: WaitUntil, report: (error: unknown) => void): Promise<boolean> {
  try {
    return (await lists.ready(waitUntil)) === "fresh";
  } catch (error) {
    report(error);
    return false;
  }
}
