import type { World } from "../core/access/api-key.ts";
import { worldOfApiKey } from "../core/access/api-key.ts";
import { equalDigests } from "../core/access/digest.ts";
import type { ApiKeyRecord, KeyMirror, KeySource } from "../ports/access.ts";
import { firstValue, waitAtMost } from "./budget.ts";
import type { WaitUntil } from "./services.ts";

/** A verified key is trusted this long without asking again; a revocation acts within it. */
const FRESH_MS = 5_000;
/** With both stores down a key this isolate verified stays good this long (D7). */
const GRACE_MS = 15 * 60_000;
/** After a store failed, how long the next request leaves it alone. */
const RETRY_AFTER_MS = 1_000;
const MAX_KNOWN = 10_000;
/** Keys that no store knows are remembered apart, so that made-up ones never push out those in use. */
const MAX_UNKNOWN = 1_000;
/** How long a look-up goes on after its call was refused: it wakes a sleeping database, and the next call finds the key. */
const LOOK_UP_MS = 3_000;
/** Look-ups of unconfirmed keys in the record that an instance makes at once, and then a second. */
const LOOK_UPS = { burst: 200, perSecond: 50 } as const;

export interface KeyVerifierDeps {
  readonly digest: (key: string) => string;
  /** Redis; asked first. */
  readonly mirror: KeyMirror;
  /** Postgres; the record. */
  readonly records: KeySource;
  readonly clock: () => number;
  /** To confirm a key anew that can be trusted meanwhile: for the mirror; the record, asked when the mirror has nothing, may take twice that. */
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
  /** What a key may take that this isolate cannot fall back on: what is left of the call's deadline (A3). */
  readonly coldBudgetMs: number;
  readonly waitUntil: WaitUntil;
  /** Asked before a key that neither this instance nor the mirror knows is looked up in the record. */
  readonly admit: () => Promise<boolean>;
}
export type KeyVerifier = (key: string, call: KeyCall) => Promise<KeyVerdict>;
interface KeyRecordFound {
  readonly record: ApiKeyRecord | null;
  readonly fromMirror: boolean;
}
type Found = KeyRecordFound | "unanswered" | "not_admitted" | "too_many";

/**
 * Verifies API keys: isolate cache, then Redis, then Postgres; closed when nothing knows the key, and with both stores
 * down open for keys verified in the last 15 minutes (`isConfirmed: false`; the route decides whether that is enough).
 * A key without such a fallback may take the call's whole deadline: Postgres is asked beside a late Redis, and twice.
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

  async function askMirror(digest: string, budgetMs: number): Promise<KeyRecordFound | null> {
    const mirrored = await deps.mirror.find(digest, budgetMs);
    return mirrored.ok && mirrored.value !== null ? { record: mirrored.value, fromMirror: true } : null;
  }

  /** Only the record may say that there is no such key. */
  async function askRecords(digest: string, budgetMs: number): Promise<KeyRecordFound | null> {
    const recorded = await deps.records.find(digest, budgetMs);
    return recorded.ok ? { record: recorded.value, fromMirror: false } : null;
  }

  async function confirmAnew(digest: string): Promise<Found> {
    return (await askMirror(digest, deps.budgetMs)) ?? (await askRecords(digest, 2 * deps.budgetMs)) ?? "unanswered";
  }

  /** For a key without a fallback; the mirror tries twice by itself. @param admit null for a key that was good before */
  async function lookUp(digest: string, budgetMs: number, admit: KeyCall["admit"] | null): Promise<Found> {
    let refusal: "not_admitted" | "too_many" | null = null;
    const askForAdmission = async (): Promise<boolean> => {
      if (admit === null) return true;
      if (!(await admit())) refusal = "not_admitted";
      else if (!takeLookUp(deps.clock())) refusal = "too_many";
      return refusal === null;
    };
    let admission: Promise<boolean> | null = null;
    const recorded = async (): Promise<KeyRecordFound | null> => {
      admission ??= askForAdmission();
      return (await admission) ? askRecords(digest, Math.max(budgetMs, LOOK_UP_MS)) : null;
    };
    const found = await firstValue([() => askMirror(digest, budgetMs), recorded, recorded], 2 * deps.budgetMs);
    return found ?? refusal ?? "unanswered";
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

  function keep(digest: string, found: Found, waitUntil: WaitUntil): Found {
    if (typeof found !== "object") return found;
    remember(digest, found.record, deps.clock());
    if (found.record !== null && !found.fromMirror) waitUntil(deps.mirror.put(found.record, 1_000));
    return found;
  }

  return async (text, { coldBudgetMs, waitUntil, admit }) => {
    const world = worldOfApiKey(text);
    if (world === null) return { kind: "invalid", reason: "malformed" };
    const digest = deps.digest(text);
    const nowMs = deps.clock();
    const known = cache.get(digest);
    const foundUnknownAtMs = unknown.get(digest);
    if (foundUnknownAtMs !== undefined && nowMs - foundUnknownAtMs < FRESH_MS) return { kind: "invalid", reason: "unknown" };
    if (known !== undefined && nowMs - known.confirmedAtMs < FRESH_MS) return judge(known.record, world, digest, nowMs, true);
    const isTrusted = known !== undefined && nowMs - known.confirmedAtMs < GRACE_MS;
    if (known === undefined || !isTrusted) {
      const work = lookUp(digest, coldBudgetMs, known === undefined ? admit : null).then((found) => keep(digest, found, waitUntil));
      waitUntil(work);
      const found = await waitAtMost(work, coldBudgetMs);
      if (found === "not_admitted") return { kind: "not_admitted" };
      return found !== null && typeof found === "object" ? judge(found.record, world, digest, nowMs, true) : { kind: "unavailable" };
    }
    if (nowMs - known.failedAtMs < RETRY_AFTER_MS) return judge(known.record, world, digest, nowMs, false);
    const found = keep(digest, await confirmAnew(digest), waitUntil);
    if (typeof found === "object") return judge(found.record, world, digest, nowMs, true);
    // Only a failure is waited out: while one request asks, another is not to be told that no store answers.
    known.failedAtMs = deps.clock();
    return judge(known.record, world, digest, nowMs, false);
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
