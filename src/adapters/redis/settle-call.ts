import { packRow } from "../../core/velocity/column-log.ts";
import type { DimensionHash } from "../../core/velocity/dimension-hash.ts";
import { encodeId, encodeStatus, encodeTime, packRecord } from "../../core/velocity/record.ts";
import type { Settlement } from "../../ports/velocity.ts";
import { decisionText, writeSection } from "./claim-value.ts";
import { pendingMember, stageKey, TTL_MS, type WorldKeys } from "./keys.ts";
import type { ScriptCall } from "./scripts/script.ts";
import { appendArgs, appendedKey, type LogFormat, statusKeys, type TouchedEntity } from "./touched-entities.ts";

export interface SettleContext {
  readonly keys: WorldKeys;
  readonly hash: DimensionHash;
  readonly touched: (event: Settlement["event"]) => readonly TouchedEntity[];
}

/** Settlements of claimed events as one script call. A status other than the event's own is set in every log. */
export function settleCall(settlements: readonly Settlement[], { keys, hash, touched }: SettleContext): ScriptCall {
  const claims = new Map<string, number>();
  const logs: string[] = [];
  const args: string[] = [];
  for (const { event, status, decision } of settlements) {
    const claim = keys.claim(event.id);
    const number = claims.get(claim) ?? claims.size + 1;
    claims.set(claim, number);
    const own = status === event.status ? [] : statusKeys(touched(event));
    logs.push(...own);
    const newStatus = status === event.status ? "" : encodeStatus(status);
    args.push(String(number), stageKey(event.stage), decisionText(decision), newStatus, encodeId(event.id, hash), String(own.length));
  }
  return { keys: [...claims.keys(), ...logs], args: [String(TTL_MS.pending), String(claims.size), ...args] };
}

/** A settlement of what was never claimed: the claim, its decision and the event in its logs. */
export function recordCall(settlement: Settlement, { keys, hash, touched }: SettleContext, format: LogFormat): ScriptCall {
  const { event, bodyHash, token, nowMs, status, decision } = settlement;
  const entities = touched(event);
  const encodedNow = encodeTime(nowMs);
  const settled = { ...event, status };
  return {
    keys: [keys.claim(event.id), keys.pending(keys.shardOf(event.id)), ...entities.map((entity) => appendedKey(entity, format))],
    args: [
      String(nowMs),
      stageKey(event.stage),
      writeSection({ stage: event.stage, bodyHash, token, firstSeenMs: nowMs, state: "settled", event, decision }),
      format === "1" ? packRecord(settled, hash) : packRow(settled, hash),
      pendingMember(event.id, event.stage),
      encodedNow,
      String(TTL_MS.pending),
      String(TTL_MS.log),
      format,
      ...appendArgs(entities, { format, encodedNow, hash, reads: undefined }),
    ],
  };
}
