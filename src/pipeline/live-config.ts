import type { CompiledConfig } from "../core/config/compile.ts";
import { contentHash, Manifest } from "../core/config/manifest.ts";
import type { ListLookup } from "../core/rules/list.ts";
import type { ContentStore, Pointer, PointerStore } from "../ports/configuration.ts";
import { firstValue, waitAtMost } from "./budget.ts";
import { createLiveNamedLists } from "./lists/live-named-lists.ts";

const LOAD_BUDGET_MS = 2_000;
/** A pointer that could not be followed is tried again after this long, not on every decision. */
const RETRY_AFTER_MS = 2_000;
const COLD_TRIES = 2;

export interface LiveConfigDeps {
  /** Asked in order: the first that has a content wins. */
  readonly contents: readonly Pick<ContentStore, "get">[];
  /** Asked when Redis gives no pointer (KV). */
  readonly fallbackPointer: Pick<PointerStore, "read">;
  /** Asked in order for what is live by an isolate that has nothing yet. */
  readonly pointers: readonly Pick<PointerStore, "read">[];
  /** How long a decision waits for a new ruleset; past it the old one decides once more (D3). A store that is this late is not waited for alone. */
  readonly followBudgetMs: number;
  readonly compile: (manifest: Manifest, rulesetText: string, featuresText: string, lists: ListLookup) => CompiledConfig;
  readonly clock: () => number;
}
export interface ConfigHealth {
  readonly seq: number | null;
  readonly ruleset: string | null;
  readonly features: string | null;
  /** Why the pointer last seen is not in force. */
  readonly fault: { readonly seq: number; readonly reason: string } | null;
}
export interface LiveConfig {
  current(): CompiledConfig | null;
  /**
   * Brings what a pointer names into force: waits at most `followBudgetMs` when something older can decide meanwhile. When nothing can, every store
   * is asked, twice, within `budgetMs`; null then means that nothing is live or no store answered.
   * On any fault the last good configuration stays. A lower seq than the one in force is ignored.
   */
  follow(pointer: Pointer | null, budgetMs: number, waitUntil: (work: Promise<unknown>) => void): Promise<CompiledConfig | null>;
  health(): ConfigHealth;
}

/** One per isolate: the configuration in force, swapped whole. */
export function createLiveConfig(deps: LiveConfigDeps): LiveConfig {
  let live: CompiledConfig | null = null;
  let fault: { seq: number; hash: string; reason: string; atMs: number } | null = null;
  let fallbackReadAtMs = Number.NEGATIVE_INFINITY;
  let listsTriedAtMs = Number.NEGATIVE_INFINITY;
  const lists = createLiveNamedLists(fetchContent);

  async function fetchContent(hash: string): Promise<string> {
    const sources = deps.contents.map((store) => async () => {
      const answer = await store.get(hash, LOAD_BUDGET_MS / 2);
      // A truncated or changed value is as good as none: the next store may have the whole one.
      return answer.ok && answer.value !== null && (await contentHash(answer.value)) === hash ? answer.value : null;
    });
    const text = await firstValue(sources, deps.followBudgetMs);
    if (text !== null) return text;
    throw new Error(`content ${hash.slice(0, 12)} is missing or damaged in every store`);
  }

  async function load(pointer: Pointer): Promise<void> {
    const manifest = Manifest.parse(JSON.parse(await fetchContent(pointer.hash)));
    const [ruleset, features] = await Promise.all([fetchContent(manifest.ruleset), fetchContent(manifest.features)]);
    if (live !== null && live.seq >= pointer.seq) return;
    live = deps.compile(manifest, ruleset, features, lists.of(manifest));
    fault = null;
  }

  async function tryLoad(pointer: Pointer): Promise<void> {
    try {
      await load(pointer);
    } catch (cause) {
      fault = { seq: pointer.seq, hash: pointer.hash, reason: cause instanceof Error ? cause.message : String(cause), atMs: deps.clock() };
    }
  }

  /** For an isolate that has nothing to decide by. */
  async function loadFirst(given: Pointer | null, budgetMs: number): Promise<void> {
    const readers = deps.pointers.map((store) => async () => {
      const answer = await store.read(budgetMs);
      return answer.ok ? answer.value : null;
    });
    for (let tries = 0; tries < COLD_TRIES && live === null; tries++) {
      const pointer = given ?? (await firstValue(readers, deps.followBudgetMs));
      if (pointer !== null) await tryLoad(pointer);
    }
  }

  /** Without Redis the pointer is KV's: slower to change, but it is there. */
  async function readFallback(budgetMs: number): Promise<Pointer | null> {
    fallbackReadAtMs = deps.clock();
    const answer = await deps.fallbackPointer.read(budgetMs);
    return answer.ok ? answer.value : null;
  }

  /** Named lists are loaded after the response; what failed is tried again. */
  function loadLists(waitUntil: (work: Promise<unknown>) => void): void {
    if (!lists.isLacking() || deps.clock() - listsTriedAtMs < RETRY_AFTER_MS) return;
    listsTriedAtMs = deps.clock();
    waitUntil(lists.load());
  }

  const isNews = (pointer: Pointer): boolean => {
    if (live !== null && pointer.seq <= live.seq) return false;
    return fault === null || fault.hash !== pointer.hash || deps.clock() - fault.atMs >= RETRY_AFTER_MS;
  };

  return {
    current: () => live,
    async follow(given, budgetMs, waitUntil) {
      if (live === null) {
        const work = loadFirst(given, budgetMs);
        waitUntil(work.then(() => lists.load()));
        await waitAtMost(work, budgetMs);
        return live;
      }
      if (given === null) {
        if (deps.clock() - fallbackReadAtMs >= RETRY_AFTER_MS)
          waitUntil(readFallback(LOAD_BUDGET_MS).then((pointer) => (pointer !== null && isNews(pointer) ? tryLoad(pointer) : undefined)));
        return live;
      }
      if (!isNews(given)) {
        loadLists(waitUntil);
        return live;
      }
      const work = tryLoad(given);
      waitUntil(work.then(() => lists.load()));
      await waitAtMost(work, Math.min(deps.followBudgetMs, budgetMs));
      return live;
    },
    health: () => ({
      seq: live?.seq ?? null,
      ruleset: live?.rulesetHash ?? null,
      features: live?.featuresHash ?? null,
      fault: fault === null ? null : { seq: fault.seq, reason: fault.reason },
    }),
  };
}
