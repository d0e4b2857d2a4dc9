import type { EntityKind } from "../../core/event/entity.ts";
import type { DimensionHash } from "../../core/velocity/dimension-hash.ts";
import { HEADER } from "../../core/velocity/layout.ts";
import { encodeId } from "../../core/velocity/record.ts";
import { stripOwn } from "../../core/velocity/strip-own.ts";
import type { Pointer } from "../../ports/configuration.ts";
import type { ClaimReply, ClaimRequest } from "../../ports/velocity.ts";
import type { WorldKeys } from "./keys.ts";
import { readStandings } from "./limit-call.ts";
import type { TouchedEntity } from "./touched-entities.ts";

type Read =
  | { readonly kind: "log"; readonly entity: EntityKind }
  | { readonly kind: "role"; readonly role: `${EntityKind}>${EntityKind}` }
  | { readonly kind: "aggregates"; readonly entity: "client" | "dest" }
  | { readonly kind: "stored"; readonly entity: EntityKind }
  | { readonly kind: "mark"; readonly entity: EntityKind }
  | { readonly kind: "risk" }
  | { readonly kind: "guard" };

/** What a claim reads beside its script, in one MGET: plain strings, which need not pass through Lua. */
export interface ClaimReads {
  readonly keys: readonly string[];
  /** Where in `keys` the log of each entity is, in their order. */
  readonly logs: readonly number[];
  readonly of: readonly Read[];
}

export function claimReads({ event, roles }: ClaimRequest, entities: readonly TouchedEntity[], keys: WorldKeys): ClaimReads {
  const names: string[] = [];
  const of: Read[] = [];
  const add = (key: string, read: Read): void => {
    names.push(key);
    of.push(read);
  };
  const logs: number[] = [];
  for (const { kind, keys: entity } of entities) {
    logs.push(names.length);
    add(entity.log, { kind: "log", entity: kind });
    add(entity.stored, { kind: "stored", entity: kind });
    add(entity.mark, { kind: "mark", entity: kind });
    if (kind === "ip") add(entity.risk, { kind: "risk" });
    if (kind === "client" || kind === "dest") add(entity.aggregates, { kind: "aggregates", entity: kind });
  }
  for (const { by, as } of roles ?? []) {
    const value = event.dimensions[by];
    if (value !== undefined) add(keys.entity(as, value).log, { kind: "role", role: `${by}>${as}` });
  }
  add(keys.guard, { kind: "guard" });
  return { keys: names, logs, of };
}

/**
 * A claim's reply from what its script and its MGET said. The MGET comes after the append, so that calls at one moment see each other;
 * `appended` are the ids whose records it must not see: the event's own, and on a repeated try those of later ones of the batch.
 */
export function claimReply(
  request: ClaimRequest,
  script: readonly unknown[],
  reads: ClaimReads,
  read: readonly unknown[],
  context: { readonly hash: DimensionHash; readonly pointer: Pointer | null; readonly appended: readonly string[] },
): ClaimReply {
  const [, , , , lease, limits] = script;
  const standings = readStandings(limits, request.limited?.length ?? 0);
  const own = context.appended.map((id) => encodeId(id, context.hash));
  const logs: Record<string, string> = {};
  const roles: Record<string, string> = {};
  const store: Record<string, string> = {};
  const marks: Record<string, string> = {};
  let guard: string | null = null;
  let addressRisk: number | null = null;
  const aggregates: { client: string | null; dest: string | null } = { client: null, dest: null };
  reads.of.forEach((one, index) => {
    const text = read[index];
    if (typeof text !== "string") return;
    if (one.kind === "log") {
      const before = own.reduce(stripOwn, text);
      if (before.length > HEADER.width) logs[one.entity] = before;
    }
    if (one.kind === "role") roles[one.role] = own.reduce(stripOwn, text);
    else if (one.kind === "stored") store[one.entity] = text;
    else if (one.kind === "aggregates") aggregates[one.entity] = text;
    else if (one.kind === "mark") marks[one.entity] = text;
    else if (one.kind === "guard") guard = text;
    else if (one.kind === "risk") addressRisk = riskOf(text);
  });
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
