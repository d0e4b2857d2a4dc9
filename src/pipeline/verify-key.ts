import type { World } from "../core/access/api-key.ts";
import { worldOfApiKey } from "../core/access/api-key.ts";
import { equalDigests } from "../core/access/digest.ts";
import type { ApiKeyRecord, KeyMirror, KeySource } from "../ports/access.ts";

/** A verified key is trusted this long without asking again; a revocation acts within it. */
const FRESH_MS = 5_000;
/** With both stores down a key this isolate verified stays good this long (D7). */
const GRACE_MS = 15 * 60_000;
/** After a store failed, how long the next request leaves it alone. */
const RETRY_AFTER_MS = 1_000;
const MAX_KNOWN = 10_000;
/** Keys that no store knows are remembered apart, so that made-up ones never push out those in use. */
const MAX_UNKNOWN = 1_000;
/** Look-ups of unconfirmed keys in the record that an instance makes at once, and then a second. */
const LOOK_UPS = { burst: 200, perSecond: 50 } as const;

export interface KeyVerifierDeps {
  readonly digest: (key: string) => Promise<string>;
  /** Redis; asked first. */
  readonly mirror: KeyMirror;
  /** Postgres; the record. */
  readonly records: KeySource;
  readonly clock: () => number;
  /** For the mirror; the record, asked when the mirror has nothing, may take twice that. */
  readonly budgetMs: number;
}
export type KeyVerdict =
  | { readonly kind: "valid"; readonly key: ApiKeyRecord; readonly isConfirmed: boolean }
  | { readonly kind: "invalid"; readonly reason: "malformed" | "unknown" | "expired" | "revoked" }
  /** `admit` refused the look-up. */
  | { readonly kind: "not_admitted" }
  /** No store answered and this isolate does not know the key, or too many unknown keys were looked up. */
  | { readonly kind: "unavailable" };
export interface KeyCall {
  readonly waitUntil: (work: Promise<unknown>) => void;
  /** Asked before a key that neither this instance nor the mirror knows is looked up in the record. */
  readonly admit: () => Promise<boolean>;
}
export type KeyVerifier = (key: string, call: KeyCall) => Promise<KeyVerdict>;
type Found = { readonly record: ApiKeyRecord | null; readonly fromMirror: boolean } | "unanswered" | "not_admitted" | "too_many";

/**
 * Verifies API keys: isolate cache, then Redis, then Postgres; closed when nothing knows the key, and with both stores
 * down open for keys verified in the last 15 minutes (`isConfirmed: false`; the route decides whether that is enough).
 * A key nobody knows reaches Postgres only when `admit` says so, and only so many a second: made-up keys are no load on it.
 */
export function createKeyVerifier(deps: KeyVerifierDeps): KeyVerifier {
  const cache = new Map<string, { record: ApiKeyRecord; confirmedAtMs: number; failedAtMs: number }>();
  const unknown = new Map<string, number>();
  let lookUps: number = LOOK_UPS.burst;
  let countedAtMs = Number.NEGATIVE_INFINITY;

  function takeLookUp(nowMs: number): boolean {
    const gained = (Math.max(0, nowMs - countedAtMs) / 1_000) * LOOK_UPS.perSecond;
    lookUps = Math.min(LOOK_UPS.burst, lookUps + gained);
    countedAtMs = nowMs;
    if (lookUps < 1) return false;
    lookUps -= 1;
    return true;
  }

  async function lookUp(digest: string, admit: (() => Promise<boolean>) | null): Promise<Found> {
    const mirrored = await deps.mirror.find(digest, deps.budgetMs);
    if (mirrored.ok && mirrored.value !== null) return { record: mirrored.value, fromMirror: true };
    if (admit !== null) {
      if (!(await admit())) return "not_admitted";
      if (!takeLookUp(deps.clock())) return "too_many";
    }
    const recorded = await deps.records.find(digest, 2 * deps.budgetMs);
    return recorded.ok ? { record: recorded.value, fromMirror: false } : "unanswered";
  }

  function remember(digest: string, record: ApiKeyRecord | null, nowMs: number): void {
    cache.delete(digest);
    unknown.delete(digest);
    if (record === null) {
      dropOldest(unknown, MAX_UNKNOWN);
      unknown.set(digest, nowMs);
    } else {
      dropOldest(cache, MAX_KNOWN);
      cache.set(digest, { record, confirmedAtMs: nowMs, failedAtMs: Number.NEGATIVE_INFINITY });
    }
  }

  return async (text, { waitUntil, admit }) => {
    const world = worldOfApiKey(text);
    if (world === null) return { kind: "invalid", reason: "malformed" };
    const digest = await deps.digest(text);
    const nowMs = deps.clock();
    const known = cache.get(digest);
    const foundUnknownAtMs = unknown.get(digest);
    if (foundUnknownAtMs !== undefined && nowMs - foundUnknownAtMs < FRESH_MS) return { kind: "invalid", reason: "unknown" };
    if (known !== undefined && nowMs - known.confirmedAtMs < FRESH_MS) return judge(known.record, world, digest, nowMs, true);
    const isTrusted = known !== undefined && nowMs - known.confirmedAtMs < GRACE_MS;
    if (known !== undefined && isTrusted && nowMs - known.failedAtMs < RETRY_AFTER_MS)
      return judge(known.record, world, digest, nowMs, false);
    const found = await lookUp(digest, known === undefined ? admit : null);
    if (found === "not_admitted") return { kind: "not_admitted" };
    if (typeof found === "object") {
      remember(digest, found.record, deps.clock());
      if (found.record !== null && !found.fromMirror) waitUntil(deps.mirror.put(found.record, 1_000));
      return judge(found.record, world, digest, nowMs, true);
    }
    // Only a failure is waited out: while one request asks, another is not to be told that no store answers.
    if (known !== undefined) known.failedAtMs = deps.clock();
    if (known !== undefined && isTrusted) return judge(known.record, world, digest, nowMs, false);
    return { kind: "unavailable" };
  };
}

/** A map keeps the order of insertion, and each confirmation inserts anew. */
function dropOldest(map: Map<string, unknown>, most: number): void {
  if (map.size < most) return;
  const oldest = map.keys().next();
  if (oldest.done !== true) map.delete(oldest.value);
}

function judge(record: ApiKeyRecord | null, world: World, digest: string, nowMs: number, isConfirmed: boolean): KeyVerdict {
  if (record === null || record.world !== world || !equalDigests(record.digest, digest)) return { kind: "invalid", reason: "unknown" };
  if (record.revokedAtMs !== null && record.revokedAtMs <= nowMs) return { kind: "invalid", reason: "revoked" };
  if (record.expiresAtMs !== null && record.expiresAtMs <= nowMs) return { kind: "invalid", reason: "expired" };
  return { kind: "valid", key: record, isConfirmed };
}
