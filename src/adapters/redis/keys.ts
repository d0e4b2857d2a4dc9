import type { World } from "../../core/access/api-key.ts";
import { ACCESS_TOKEN_SECONDS } from "../../core/access/token.ts";
import type { EntityKind } from "../../core/event/entity.ts";
import { WINDOW_SECONDS } from "../../core/limits/window.ts";
import { COLUMN_NAMES, type ColumnName, codeOf } from "../../core/velocity/column-layout.ts";
import type { DimensionHash } from "../../core/velocity/dimension-hash.ts";

const DAY_MS = 86_400_000;

/** Time to live of every key, in milliseconds; each write states it anew. */
export const TTL_MS = {
  /** A claim is what makes a repeated call find its answer (D2). It lives as long as `pending` until Postgres has the event, then this long. */
  claim: DAY_MS,
  /** A shard outlives the claims it names. A claim adds to it, every run of the mover sets this. */
  pending: 7 * DAY_MS,
  /** At least 400 days after the entity's last event: an append keeps the time to live, and a log written longer ago than `RENEW_LOG_AFTER_MS` is written anew. */
  log: 430 * DAY_MS,
  /** How long a mover has its shards for itself. */
  mover: 60_000,
  aggregates: DAY_MS,
  /** How old cached aggregates may be before one caller is asked to refresh them after its response. */
  fresh: 60_000,
  stored: 400 * DAY_MS,
  /** Each event on the address writes it anew. */
  risk: 400 * DAY_MS,
  /** At most: a mark ends with its last entry. */
  mark: 400 * DAY_MS,
  /** Each minute's reconciliation writes it anew. */
  lists: 7 * DAY_MS,
  /** A guard is set anew while its reason lasts. */
  guard: DAY_MS,
  content: 400 * DAY_MS,
  /** Each minute's reconciliation sets it anew. */
  formats: 400 * DAY_MS,
  pointer: 400 * DAY_MS,
  apiKey: DAY_MS,
  /** How long a repeat of a write finds its first answer. */
  idempotency: DAY_MS,
  /** A call that died without an answer gives its Idempotency-Key back after this long. */
  idempotencyFlight: 60_000,
  /** A revocation outlives every access token it is about, also one that an instance gave out before it heard. */
  revoked: (ACCESS_TOKEN_SECONDS + 60) * 1_000,
  /** A limit's window, and as much again for clocks that differ. */
  limit: 2 * WINDOW_SECONDS * 1_000,
  /** The time in which attempts to sign in are counted. */
  login: 15 * 60_000,
} as const;

export const RENEW_LOG_AFTER_MS = 30 * DAY_MS;

/** After an upgrade, so long everything is written as the previous version reads it: going back loses nothing. */
export const UPGRADE_MS = 7 * DAY_MS;

/** Pending entries are spread over this many sorted sets: one for all would make every decision wait for every other. */
const PENDING_SHARDS = 64;
export const ALL_SHARDS: readonly number[] = Array.from({ length: PENDING_SHARDS }, (_, shard) => shard);

/** Keys of one entity. Values are hashed: no personal data in a key, and no length to bound. */
export interface EntityKeys {
  /** The log in the previous format. TTL `log`. */
  readonly log: string;
  /** The log's newest events, as rows. TTL `log`. */
  readonly tail: string;
  /** The log's core column, the ids of its events, and its other columns. TTL `log`. */
  readonly core: string;
  readonly ids: string;
  column(name: ColumnName): string;
  /** Cached Postgres aggregates, of clients and destinations. TTL `aggregates`. */
  readonly aggregates: string;
  /** There while the aggregates need no refreshing: just refreshed, or somebody is at it. TTL `fresh`, or the lease. */
  readonly fresh: string;
  /** FeatureStoreLookup values. TTL `stored`. */
  readonly stored: string;
  /** Block and whitelist entries that name it. TTL `mark`. */
  readonly mark: string;
  /** The risk score of an address. TTL `risk`. */
  readonly risk: string;
}
/** Names of one world's keys. */
export interface WorldKeys {
  /** All stages of one transaction. TTL `pending`, then `claim`. */
  claim(id: string): string;
  /** Sorted set of `pendingMember(id, stage)` by claim time. TTL `pending`. */
  pending(shard: number): string;
  shardOf(id: string): number;
  /** Which mover works on which shards. TTL `mover`. */
  readonly movers: string;
  /** What holds back blocks. TTL `guard`. */
  readonly guard: string;
  entity(kind: EntityKind, value: string): EntityKeys;
}

export function createWorldKeys(world: World, hash: DimensionHash): WorldKeys {
  const prefix = `tg:${world}:`;
  return {
    claim: (id) => `${prefix}claim:${id}`,
    pending: (shard) => `${prefix}pending:${shard}`,
    movers: `${prefix}movers`,
    guard: `${prefix}guard`,
    shardOf: (id) => hash.idHash32(id) % PENDING_SHARDS,
    entity: (kind, value) => {
      const name = `${kind}:${hash.hash64(kind, value)}`;
      return {
        log: `${prefix}log:${name}`,
        tail: `${prefix}tail:${name}`,
        core: `${prefix}core:${name}`,
        ids: `${prefix}ids:${name}`,
        column: (column) => `${prefix}col:${codeOf(column)}:${name}`,
        aggregates: `${prefix}agg:${name}`,
        fresh: `${prefix}fresh:${name}`,
        stored: `${prefix}store:${name}`,
        mark: `${prefix}mark:${name}`,
        risk: `${prefix}risk:${name}`,
      };
    },
  };
}

/** Every key an entity's log stands under. */
export function logKeys({ log, tail, core, ids, column }: EntityKeys): string[] {
  return [log, tail, core, ids, ...COLUMN_NAMES.map(column)];
}

/** Configuration and API keys belong to both worlds. */
export const SHARED_KEYS = {
  /** From when on, in epoch ms, Redis may hold what the previous version cannot read. TTL `formats`. */
  formats: "tg:formats",
  /** The live manifest (D3). TTL `pointer`. */
  pointer: "tg:pointer",
  /** Immutable content by its hash. TTL `content`. */
  content: (hash: string) => `tg:content:${hash}`,
  /** An API key's row by the key's digest. TTL `apiKey`. */
  apiKey: (digest: string) => `tg:key:${digest}`,
  /** A write's answer by its Idempotency-Key. TTL `idempotencyFlight`, then `idempotency`. */
  idempotency: (digest: string) => `tg:idem:${digest}`,
  /** Set of the answers above that name an entity, by its keyed hash, so that an erasure finds them. TTL `idempotency`. */
  idempotencyOf: (kind: EntityKind, hash: string) => `tg:idem-of:${kind}:${hash}`,
  /** A session whose tokens ended before their time. TTL `revoked`. */
  revokedSession: (sid: string) => `tg:revoked:session:${sid}`,
  /** Until when a subject's tokens were issued that ended before their time. TTL `revoked`. */
  revokedSubject: (sub: string) => `tg:revoked:subject:${sub}`,
  /** The calls of a minute, of a key by its id or of an address by its keyed hash. TTL `limit`. */
  limit: (kind: "key" | "address", id: string) => `tg:limit:${kind}:${id}`,
  /** Attempts to sign in, by digest of who and from where. TTL `login`. */
  login: (who: string) => `tg:login:${who}`,
} as const;

/** The address lists of one world. TTL `lists`. */
export interface ListKeys {
  /** The newest version, to be asked often. */
  readonly version: string;
  /** Sorted set of changes by the version at their end. */
  readonly changes: string;
  readonly snapshot: string;
  /** The version of the snapshot. */
  readonly snapshotVersion: string;
  /** The version up to which all marks were written; a Redis that came back empty has lost it with them. */
  readonly marked: string;
}
export function listKeys(world: World): ListKeys {
  const prefix = `tg:${world}:lists:`;
  return {
    version: `${prefix}version`,
    changes: `${prefix}changes`,
    snapshot: `${prefix}snapshot`,
    snapshotVersion: `${prefix}snapshot-version`,
    marked: `${prefix}marks-version`,
  };
}

/** A stage's name as scripts look for it: without control characters, which part the fields of claims and members. */
export function stageKey(stage: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to take out
  return stage.replace(/[\u0000-\u001f]/g, " ");
}

/** A stage of a transaction as a member of a pending set. */
export function pendingMember(id: string, stage: string): string {
  return `${stageKey(stage)}\u001f${id}`;
}

export function readPendingMember(member: string): { readonly id: string; readonly stage: string } {
  const at = member.indexOf("\u001f");
  return { stage: member.slice(0, at), id: member.slice(at + 1) };
}
