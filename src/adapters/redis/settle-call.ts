import type { DimensionHash } from "../../core/velocity/dimension-hash.ts";
import { encodeId, encodeStatus, encodeTime, packRecord } from "../../core/velocity/record.ts";
import type { Settlement } from "../../ports/velocity.ts";
import { decisionText, writeSection } from "./claim-value.ts";
import { pendingMember, stageKey, TTL_MS, type WorldKeys } from "./keys.ts";
import type { ScriptCall } from "./scripts/script.ts";
import { logLimits, touchedEntities } from "./touched-entities.ts";

/** One settlement as a script call. A status other than the event's own is set in every log. */
export function settleCall(settlement: Settlement, keys: WorldKeys, hash: DimensionHash): ScriptCall {
  const { event, bodyHash, token, nowMs, status, decision } = settlement;
  const entities = touchedEntities(event, keys);
  // The decision is the last field of a section and by far the largest: it is sent once, and the script puts it there.
  const section = writeSection({ stage: event.stage, bodyHash, token, firstSeenMs: nowMs, state: "settled", event, decision: null });
  return {
    keys: [keys.claim(event.id), keys.pending(keys.shardOf(event.id)), ...entities.map((entity) => entity.keys.log)],
    args: [
      String(nowMs),
      stageKey(event.stage),
      section,
      packRecord({ ...event, status }, hash),
      pendingMember(event.id, event.stage),
      encodeTime(nowMs),
      String(TTL_MS.pending),
      String(TTL_MS.log),
      decisionText(decision),
      status === event.status ? "" : encodeStatus(status),
      encodeId(event.id, hash),
      ...logLimits(entities),
    ],
  };
}
