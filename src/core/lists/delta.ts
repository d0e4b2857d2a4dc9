import * as z from "zod";
import { parseNetwork } from "../address/network.ts";
import { err, ok, type Result } from "../result.ts";
import { LIST_SOURCES } from "./list-hit.ts";

/** More than these make the base be rebuilt. */
export const MOST_DELTA_ENTRIES = 10_000;

const DeltaEntry = z
  .strictObject({
    id: z.string().min(1),
    verdict: z.enum(["block", "challenge", "allow"]),
    /** What can be known of a visitor at the gate; other kinds are marks of their entity. */
    kind: z.enum(["ip", "asn", "country", "email_domain"]),
    /** Canonical: an address or network, `64500`, `DE`, `example.com`. */
    value: z.string().min(1),
    reason: z.string(),
    source: z.enum(LIST_SOURCES),
    expiresAtMs: z.int().nullable(),
    /** Of an `allow`: the rules it silences; null for all rules and the blocks of what it names. */
    rules: z.array(z.string()).nullable(),
  })
  .refine(({ kind, value }) => kind !== "ip" || parseNetwork(value) !== null, { path: ["value"], message: "is no address or network" });
export type DeltaEntry = z.infer<typeof DeltaEntry>;

/**
 * What changed since the base was compiled, with all entries in force that are no addresses (`asn`, `country`, `email_domain`); one text per world.
 * An id stands for one entry: an edited entry that is in the base is in `removed` by its number and in `entries` as it is now.
 */
export const ListDelta = z.strictObject({
  /** Grows with every change. */
  version: z.int().nonnegative(),
  /** SHA-256 in hex of the base this belongs to; null when there is none yet. */
  base: z.string().nullable(),
  entries: z.array(DeltaEntry).max(MOST_DELTA_ENTRIES),
  /** Numbers of entries of the base that are no longer in force. */
  removed: z.array(z.int().nonnegative()).max(MOST_DELTA_ENTRIES),
  /** Feeds of the base that are no longer in force. */
  removedSources: z.array(z.string()).default([]),
});
export type ListDelta = z.infer<typeof ListDelta>;

/** Nothing listed yet. */
export const EMPTY_DELTA: ListDelta = { version: 0, base: null, entries: [], removed: [], removedSources: [] };

export const writeDelta = (delta: ListDelta): string => JSON.stringify(delta);

/** Reads a delta as the store kept it; the error says what is wrong with the text, for a log line. */
export function readDelta(text: string): Result<ListDelta, string> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return err("no JSON");
  }
  const parsed = ListDelta.safeParse(json);
  return parsed.success ? ok(parsed.data) : err(z.prettifyError(parsed.error));
}
