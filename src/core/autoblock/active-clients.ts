import { DIMENSIONS } from "../event/entity.ts";
import { type CanonicalEvent, EVENT_STATUSES } from "../event/event.ts";
import { isReadable, type PackedLog } from "../velocity/column-layout.ts";
import { createDecodedLog, dimensionColumn, holdsColumn, readLog } from "../velocity/decode-log.ts";
import type { DimensionHash } from "../velocity/dimension-hash.ts";

/** Who else was active where an event came from. */
export interface ActiveClients {
  /** Distinct clients other than the event's own; at least this many when the log does not reach back far enough. */
  readonly others: number;
  /** Whether the log reaches back over the whole window. */
  readonly isWhole: boolean;
}

const CLIENT = DIMENSIONS.indexOf("client");
/** Somebody who could not log in as a client was not that client. */
const FAILED = EVENT_STATUSES.indexOf("failed");

/**
 * Counts the clients in an address's packed log (as it was before the event) that were active after the window's start, which is `windowMs`
 * before the event. No text is an address without history.
 */
export function activeClients(
  log: PackedLog | undefined,
  event: Pick<CanonicalEvent, "occurredAtMs" | "dimensions">,
  { windowMs, hash }: { readonly windowMs: number; readonly hash: DimensionHash },
): ActiveClients {
  if (log === undefined) return { others: 0, isWhole: true };
  const sinceMs = event.occurredAtMs - windowMs;
  const { client } = event.dimensions;
  const own = client === undefined ? 0 : hash.hash32("client", client);
  const decoded = createDecodedLog();
  readLog(decoded, log);
  const clients = dimensionColumn(decoded, CLIENT);
  const others = new Set<number>();
  for (let i = decoded.count - 1; i >= 0 && (decoded.times[i] ?? 0) > sinceMs; i--) {
    const found = clients[i] ?? 0;
    if (found !== 0 && found !== own && decoded.status[i] !== FAILED) others.add(found);
  }
  return { others: others.size, isWhole: isReadable(log) && holdsColumn(decoded, CLIENT) && decoded.evictedUntilMs <= sinceMs };
}
