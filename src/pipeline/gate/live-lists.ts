import { type AddressLists, createAddressLists } from "../../core/lists/address-lists.ts";
import { type AddressList, openAddressList } from "../../core/lists/base/open-address-list.ts";
import { readDelta } from "../../core/lists/delta.ts";
import { describeError } from "../../core/log/describe-error.ts";
import type { Log } from "../../core/log/log-line.ts";
import { digestHex } from "../../core/secrecy/digest-hex.ts";
import type { BaseSource, DeltaSource } from "../../ports/lists.ts";
import { waitAtMost } from "../budget.ts";

const SMALL_BUDGET_MS = 1_000;
const BASE_BUDGET_MS = 5_000;
/** Lists that nobody confirmed for this long are waited for, a moment, and then old. */
const OLD_AFTER_MS = 60_000;

export interface LiveListsDeps {
  readonly delta: DeltaSource;
  readonly base: BaseSource;
  /** How often to ask for the version; a version that could not be followed is tried again as often. */
  readonly pollMs: number;
  /** How long a request waits for lists when this isolate has none, or old ones. */
  readonly waitMs: number;
  readonly clock: () => number;
  readonly log: Log;
}
type WaitUntil = (work: Promise<unknown>) => void;

/** The address lists of one isolate: base and delta, swapped whole. On any fault the last good ones stay. */
export interface LiveLists {
  /** Null in an isolate that never had any. */
  current(): AddressLists | null;
  /** Nothing to wait for when the lists are recent; else begins to look for newer ones and waits for them at most `waitMs`. */
  ready(waitUntil: WaitUntil): Promise<"fresh" | "stale" | "none">;
  /** Begins to look for newer lists when that is due, for after the answer. */
  refresh(waitUntil: WaitUntil): void;
}

/** One per isolate. The work runs under the context of the request that begins it; others wait for it with timers of their own. */
export function createLiveLists(deps: LiveListsDeps): LiveLists {
  const { clock } = deps;
  let lists: AddressLists | null = null;
  let base: { readonly hash: string; readonly list: AddressList } | null = null;
  /** When the store last said that these lists are the newest. */
  let confirmedAtMs = Number.NEGATIVE_INFINITY;
  let polling: { readonly work: Promise<void>; readonly sinceMs: number } | null = null;
  let polledAtMs = Number.NEGATIVE_INFINITY;

  /** What keeps the newest lists from being in force, or null when they are. */
  async function follow(): Promise<string | null> {
    const version = await deps.delta.version(SMALL_BUDGET_MS);
    if (!version.ok) return version.error.reason;
    // A store that came back empty lists nobody, and is not believed.
    if (version.value === null) return "no lists were published";
    if (lists === null || version.value > lists.delta.version) {
      const text = await deps.delta.read(SMALL_BUDGET_MS);
      if (!text.ok) return text.error.reason;
      const delta = text.value === null ? null : readDelta(text.value);
      if (delta === null || !delta.ok) return "the delta is missing or damaged";
      const opened = delta.value.base === null ? null : await openBase(delta.value.base);
      if (typeof opened === "string") return opened;
      lists = createAddressLists(opened?.list ?? null, delta.value);
      base = opened;
    }
    confirmedAtMs = clock();
    return null;
  }

  async function openBase(hash: string): Promise<typeof base | string> {
    if (base?.hash === hash) return base;
    const bytes = await deps.base.get(hash, BASE_BUDGET_MS);
    if (!bytes.ok) return bytes.error.reason;
    if (bytes.value === null) return "the base is not there yet";
    if ((await digestHex("SHA-256", new Uint8Array(bytes.value))) !== hash) return "the base is damaged";
    const opened = openAddressList(bytes.value);
    return opened.ok ? { hash, list: opened.value } : opened.error;
  }

  async function poll(): Promise<void> {
    try {
      const fault = await follow();
      if (fault !== null) deps.log("lists_not_followed", { reason: fault });
    } catch (error) {
      deps.log("lists_not_followed", { reason: "bug", ...describeError(error) });
    } finally {
      polling = null;
    }
  }

  /** A poll whose request was cancelled never ends: past both budgets it is forgotten. */
  const isPolling = (nowMs: number): boolean => polling !== null && nowMs - polling.sinceMs < BASE_BUDGET_MS + 2 * SMALL_BUDGET_MS;
  const isRecent = (nowMs: number): boolean => lists !== null && nowMs - confirmedAtMs < OLD_AFTER_MS;
  const begin = (nowMs: number, waitUntil: WaitUntil): void => {
    if (isPolling(nowMs) || nowMs - polledAtMs < deps.pollMs) return;
    polledAtMs = nowMs;
    const work = poll();
    polling = { work, sinceMs: nowMs };
    waitUntil(work);
  };

  return {
    current: () => lists,
    async ready(waitUntil) {
      const nowMs = clock();
      if (!isRecent(nowMs)) {
        begin(nowMs, waitUntil);
        // While the stores hang, only the requests of the first moment wait.
        if (polling !== null && nowMs - polling.sinceMs < deps.waitMs)
          await waitAtMost(polling.work, deps.waitMs - (nowMs - polling.sinceMs));
      }
      if (lists === null) return "none";
      return isRecent(clock()) ? "fresh" : "stale";
    },
    refresh: (waitUntil) => begin(clock(), waitUntil),
  };
}
