import { foldExtreme, foldSum } from "./fold-amounts.ts";
import { foldCount, foldDistinct, foldVelocity } from "./fold-counts.ts";
import { foldFirstSeen, foldLastSeen, foldTimeSince } from "./fold-times.ts";
import type { Folded } from "./folded.ts";
import type { HistoryReading } from "./history-group.ts";
import type { Matched } from "./matched.ts";

/** What one reading makes of the matched records (the semantics are `HistoryDeclaration`'s). Throws on an operator that only Postgres has: `checkFeatures` refuses that. */
export function fold(matched: Matched, reading: HistoryReading): Folded {
  switch (reading.declaration.op) {
    case "count":
      return foldCount(matched, reading);
    case "velocity":
      return foldVelocity(matched, reading);
    case "countDistinct":
    case "crossDimensionCount":
      return foldDistinct(matched, reading);
    case "sum":
    case "avg":
      return foldSum(matched, reading, reading.declaration.op);
    case "max":
    case "min":
      return foldExtreme(matched, reading, reading.declaration.op);
    case "firstSeen":
      return foldFirstSeen(matched, reading);
    case "lastSeen":
      return foldLastSeen(matched, reading);
    case "timeSince":
      return foldTimeSince(matched, reading);
    case "std":
    case "median":
    case "quantile":
    case "share":
      throw new Error(`\`${reading.declaration.op}\` reads Postgres`);
  }
}
