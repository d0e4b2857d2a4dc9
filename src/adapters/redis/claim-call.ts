import { packRow } from "../../core/velocity/column-log.ts";
import type { DimensionHash } from "../../core/velocity/dimension-hash.ts";
import { encodeTime, packRecord } from "../../core/velocity/record.ts";
import type { ClaimRequest } from "../../ports/velocity.ts";
import { writeSection } from "./claim-value.ts";
import { pendingMember, stageKey, TTL_MS, type WorldKeys } from "./keys.ts";
import { limitKeys } from "./limit-call.ts";
import type { ScriptCall } from "./scripts/script.ts";
import { appendArgs, appendedKey, type LogFormat, type TouchedEntity } from "./touched-entities.ts";

/** How long one caller may take to refresh aggregates before another is asked to. */
const LEASE_MS = 10_000;

/** One claim as a script call. */
export function claimCall(
  request: ClaimRequest,
  entities: readonly TouchedEntity[],
  { keys, hash, format }: { readonly keys: WorldKeys; readonly hash: DimensionHash; readonly format: LogFormat },
): ScriptCall {
  const encodedNow = encodeTime(request.nowMs);
  const { event, bodyHash, token, nowMs, mode, limited = [] } = request;
  const claim = keys.claim(event.id);
  const cached = entities.find(({ kind }) => kind === "client" || kind === "dest");
  const section = writeSection({ stage: event.stage, bodyHash, token, firstSeenMs: nowMs, state: "open", event, decision: null });
  return {
    keys: [
      claim,
      cached?.keys.fresh ?? claim,
      keys.pending(keys.shardOf(event.id)),
      ...entities.map((entity) => appendedKey(entity, format)),
      ...limitKeys(limited, hash),
    ],
    args: [
      mode,
      String(nowMs),
      stageKey(event.stage),
      token,
      section,
      format === "1" ? packRecord(event, hash) : packRow(event, hash),
      pendingMember(event.id, event.stage),
      encodedNow,
      String(TTL_MS.pending),
      String(TTL_MS.log),
      cached === undefined ? "" : String(LEASE_MS),
      String(limited.length),
      String(TTL_MS.limit),
      format,
      ...appendArgs(entities, { format, encodedNow, hash, reads: request.reads }),
      ...limited.map(({ quota }) => String(quota)),
    ],
  };
}
