import type { EntityKind } from "../../core/event/entity.ts";
import { COLUMN_NAMES, type ColumnLog, type ColumnName, type PackedLog } from "../../core/velocity/column-layout.ts";
import { hasHistory, withoutRecord } from "../../core/velocity/column-log.ts";
import type { DimensionHash } from "../../core/velocity/dimension-hash.ts";
import { HEADER } from "../../core/velocity/layout.ts";
import { encodeId } from "../../core/velocity/record.ts";
import { stripOwn } from "../../core/velocity/strip-own.ts";
import type { Pointer } from "../../ports/configuration.ts";
import type { ClaimReply, ClaimRequest } from "../../ports/velocity.ts";
import type { EntityKeys, WorldKeys } from "./keys.ts";
import { readStandings } from "./limit-call.ts";
import type { TouchedEntity } from "./touched-entities.ts";

type Read =
  | { readonly kind: "aggregates"; readonly entity: "client" | "dest" }
  | { readonly kind: "stored"; readonly entity: EntityKind }
  | { readonly kind: "mark"; readonly entity: EntityKind }
  | { readonly kind: "risk" }
  | { readonly kind: "guard" };

/** Where the texts of one log are in the reply. */
interface LogRead {
  /** The entity's kind, or `by>as` of a log in another role. */
  readonly of: string;
  readonly isRole: boolean;
  readonly entity: EntityKeys;
  readonly previous: number;
  readonly tail: number;
  readonly core: number;
  readonly ids: number | null;
  readonly columns: readonly (readonly [ColumnName, number])[];
}

/** What a claim reads beside its script, in one MGET: plain strings, which need not pass through Lua. */
export interface ClaimReads {
  readonly keys: readonly string[];
  readonly logs: readonly LogRead[];
  readonly of: readonly (readonly [index: number, read: Read])[];
}

/** `withIds` also reads the ids of events in columns: needed where the event itself may stand among them. */
export function claimReads(
  { event, roles, reads }: ClaimRequest,
  entities: readonly TouchedEntity[],
  { keys, withIds }: { readonly keys: WorldKeys; readonly withIds: boolean },
): ClaimReads {
  const names: string[] = [];
  const of: [number, Read][] = [];
  const logs: LogRead[] = [];
  const add = (key: string): number => names.push(key) - 1;
  const addLog = (name: string, kind: EntityKind, entity: EntityKeys, isRole: boolean): void => {
    const columns = reads === undefined ? COLUMN_NAMES.filter((column) => column !== kind) : reads[kind];
    if (columns === undefined) return;
    logs.push({
      of: name,
      isRole,
      entity,
      previous: add(entity.log),
      tail: add(entity.tail),
      core: add(entity.core),
      ids: withIds ? add(entity.ids) : null,
      columns: columns.filter((column) => column !== kind).map((column) => [column, add(entity.column(column))] as const),
    });
  };
  for (const { kind, keys: entity } of entities) {
    addLog(kind, kind, entity, false);
    of.push([add(entity.stored), { kind: "stored", entity: kind }], [add(entity.mark), { kind: "mark", entity: kind }]);
    if (kind === "ip") of.push([add(entity.risk), { kind: "risk" }]);
    if (kind === "client" || kind === "dest") of.push([add(entity.aggregates), { kind: "aggregates", entity: kind }]);
  }
  for (const { by, as } of roles ?? []) {
    const value = event.dimensions[by];
    if (value !== undefined) addLog(`${by}>${as}`, as, keys.entity(as, value), true);
  }
  of.push([add(keys.guard), { kind: "guard" }]);
  return { keys: names, logs, of };
}

/** The texts of one log; undefined for an entity without history. */
export function readPacked(log: LogRead, texts: readonly unknown[]): PackedLog | undefined {
  const textAt = (index: number): string | null => {
    const text = texts[index];
    return typeof text === "string" ? text : null;
  };
  const [previous, tail, core] = [textAt(log.previous), textAt(log.tail), textAt(log.core)];
  if (tail === null && core === null) return previous ?? undefined;
  const columns = Object.fromEntries(log.columns.map(([name, index]) => [name, textAt(index)]));
  return { previous, tail, core, columns, ...(log.ids === null ? {} : { ids: textAt(log.ids) }) };
}

/** A log without these records; null when one may stand among columns whose ids were not read. */
function before(log: PackedLog, own: readonly string[]): PackedLog | undefined | null {
  if (typeof log === "string") {
    const text = own.reduce(stripOwn, log);
    return text.length > HEADER.width ? text : undefined;
  }
  let left: ColumnLog | null = log.previous === null ? log : { ...log, previous: own.reduce(stripOwn, log.previous) };
  for (const id of own) left = left === null ? null : withoutRecord(left, id);
  if (left === null) return null;
  return hasHistory(left) ? left : undefined;
}

/**
 * A claim's reply from what its script and its MGET said; null when the MGET must be made again with the ids. The MGET comes after the append, so that
 * calls at one moment see each other; `appended` are the ids whose records it must not see: the event's own, and on a repeated try those of later
 * ones of the batch.
 */
export function claimReply(
  request: ClaimRequest,
  script: readonly unknown[],
  reads: ClaimReads,
  read: readonly unknown[],
  context: { readonly hash: DimensionHash; readonly pointer: Pointer | null; readonly appended: readonly string[] },
): ClaimReply | null {
  const [kind, , , , lease, , limits] = script;
  const standings = readStandings(limits, request.limited?.length ?? 0);
  const own = context.appended.map((id) => encodeId(id, context.hash));
  const logs: Record<string, PackedLog> = {};
  const roles: Record<string, PackedLog> = {};
  const store: Record<string, string> = {};
  const marks: Record<string, string> = {};
  let guard: string | null = null;
  let addressRisk: number | null = null;
  const aggregates: { client: string | null; dest: string | null } = { client: null, dest: null };
  if (kind !== "refused")
    for (const one of reads.logs) {
      const packed = readPacked(one, read);
      const log = packed === undefined ? undefined : before(packed, own);
      if (log === null) return null;
      if (log !== undefined) (one.isRole ? roles : logs)[one.of] = log;
    }
  for (const [index, one] of reads.of) {
    const text = read[index];
    if (typeof text !== "string") continue;
    if (one.kind === "stored") store[one.entity] = text;
    else if (one.kind === "aggregates") aggregates[one.entity] = text;
    else if (one.kind === "mark") marks[one.entity] = text;
    else if (one.kind === "guard") guard = text;
    else if (one.kind === "risk") addressRisk = riskOf(text);
  }
  return {
    claim: claimOf(request, script),
    ...(standings === null ? {} : { standings }),
    logs,
    aggregates,
    refreshLease: lease === 1,
    store,
    roles,
    pointer: context.pointer,
    marks,
    guard,
    addressRisk,
  };
}

/** Text of our own making; damaged text says nothing. */
function riskOf(text: string): number | null {
  const score = Number(text);
  return text !== "" && score >= 0 && score <= 100 ? score : null;
}

function claimOf(request: ClaimRequest, [kind, bodyHash, firstSeen, decision]: readonly unknown[]): ClaimReply["claim"] {
  switch (kind) {
    case "refused":
      return { kind };
    case "repeat":
      return {
        kind,
        sameBody: bodyHash === request.bodyHash,
        firstSeenMs: Number(firstSeen),
        decision: typeof decision === "string" && decision !== "" ? decision : null,
      };
    default:
      return { kind: "new", firstSeenMs: kind === "own" ? Number(firstSeen) : request.nowMs };
  }
}
