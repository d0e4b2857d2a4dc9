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
const MAX_CACHED = 10_000;

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
  /** No store answered and this isolate does not know the key. */
  | { readonly kind: "unavailable" };
export type KeyVerifier = (key: string, waitUntil: (work: Promise<unknown>) => void) => Promise<KeyVerdict>;

/**
 * Verifies API keys: isolate cache, then Redis, then Postgres; closed when nothing knows the key, and with both stores
 * down open for keys verified in the last 15 minutes (`isConfirmed: false`; the route decides whether that is enough).
 */
export function createKeyVerifier(deps: KeyVerifierDeps): KeyVerifier {
  const cache = new Map<string, { record: ApiKeyRecord | null; confirmedAtMs: number; failedAtMs: number }>();

  async function lookUp(digest: string): Promise<{ answered: boolean; record: ApiKeyRecord | null; fromMirror: boolean }> {
    const mirrored = await deps.mirror.find(digest, deps.budgetMs);
    if (mirrored.ok && mirrored.value !== null) return { answered: true, record: mirrored.value, fromMirror: true };
    const recorded = await deps.records.find(digest, 2 * deps.budgetMs);
    return recorded.ok
      ? { answered: true, record: recorded.value, fromMirror: false }
      : { answered: false, record: null, fromMirror: false };
  }

  function remember(digest: string, record: ApiKeyRecord | null, nowMs: number): void {
    if (cache.size >= MAX_CACHED) cache.clear();
    cache.set(digest, { record, confirmedAtMs: nowMs, failedAtMs: Number.NEGATIVE_INFINITY });
  }

  return async (text, waitUntil) => {
    const world = worldOfApiKey(text);
    if (world === null) return { kind: "invalid", reason: "malformed" };
    const digest = await deps.digest(text);
    const nowMs = deps.clock();
    const known = cache.get(digest);
    if (known !== undefined && nowMs - known.confirmedAtMs < FRESH_MS) return judge(known.record, world, digest, nowMs, true);
    const isTrusted = known?.record != null && nowMs - known.confirmedAtMs < GRACE_MS;
    if (known !== undefined && isTrusted && nowMs - known.failedAtMs < RETRY_AFTER_MS)
      return judge(known.record, world, digest, nowMs, false);
    const found = await lookUp(digest);
    if (found.answered) {
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

function judge(record: ApiKeyRecord | null, world: World, digest: string, nowMs: number, isConfirmed: boolean): KeyVerdict {
  if (record === null || record.world !== world || !equalDigests(record.digest, digest)) return { kind: "invalid", reason: "unknown" };
  if (record.revokedAtMs !== null && record.revokedAtMs <= nowMs) return { kind: "invalid", reason: "revoked" };
  if (record.expiresAtMs !== null && record.expiresAtMs <= nowMs) return { kind: "invalid", reason: "expired" };
  return { kind: "valid", key: record, isConfirmed };
}
