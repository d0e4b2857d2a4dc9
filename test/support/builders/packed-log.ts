import type { CanonicalEvent } from "../../../src/core/event/event.ts";
import { createDimensionHash } from "../../../src/core/velocity/dimension-hash.ts";
import { emptyHeader, packRecord } from "../../../src/core/velocity/record.ts";

export const TEST_HASH = createDimensionHash("a secret of the tests");

/** The packed log of one entity's events in the order of their arrival, as long as nothing is evicted. */
export function aPackedLog(events: readonly CanonicalEvent[]): string {
  return emptyHeader(events[0]?.occurredAtMs ?? 0) + events.map((event) => packRecord(event, TEST_HASH)).join("");
}
