import type { MarkedEntity } from "../../ports/lists.ts";
import type { Services } from "../services.ts";
import { writeDeltaOf, writeMarks } from "./bring-into-force.ts";
import { buildBase } from "./build-base.ts";

const BUDGET_MS = 10_000;
const PAGE = 1_000;
/** Marks of what changed this long ago are written again: a staff action that died after its commit is made good. */
const LOOK_BACK_MS = 10 * 60_000;
const BASE_EVERY_MS = 3_600_000;
/** A base is compiled anew even when no feed changed: what is over leaves it. */
const BASE_LASTS_MS = 24 * 3_600_000;
/** The delta's size beyond which a base need not wait for its hour. */
const LARGE_DELTA = 8_000;

/**
 * Each minute: ends what is over, writes the marks of what changed (all of them into a Redis that came back empty) and the delta of both worlds, and
 * compiles the base when it is due. Null when a store failed; the next minute tries again.
 */
export async function reconcileLists(services: Services): Promise<true | null> {
  const deps = { ...services.lists, clock: services.clock };
  if (!(await deps.entries.endExpired(services.clock(), BUDGET_MS)).ok) return null;
  const whole = await deps.marks.isWhole(BUDGET_MS);
  if (!whole.ok || !(await writeChangedMarks(services, whole.value))) return null;
  if (!(await deps.marks.markWhole(BUDGET_MS)).ok) return null;
  if (await isBaseDue(services)) {
    const built = await buildBase(deps);
    if (!built.ok) return null;
    services.log("base_built", { entries: built.value.entries, bytes: built.value.bytes });
  }
  for (const livemode of [true, false]) if (!(await writeDeltaOf(deps, livemode)).ok) return null;
  return true;
}

/** Each hour: takes the networks of imports that are over away. */
export async function sweepFeeds(services: Services): Promise<number | null> {
  let swept = 0;
  for (let rounds = 0; rounds < 100; rounds++) {
    const some = await services.lists.feeds.sweep(services.clock() - BASE_EVERY_MS, BUDGET_MS);
    if (!some.ok) return null;
    if (some.value === 0) break;
    swept += some.value;
  }
  return swept;
}

async function writeChangedMarks(services: Services, isWhole: boolean): Promise<boolean> {
  const { lists, clock } = services;
  const sinceMs = isWhole ? clock() - LOOK_BACK_MS : null;
  let after: MarkedEntity | null = null;
  for (;;) {
    const page: Awaited<ReturnType<typeof lists.entries.changedEntities>> = await lists.entries.changedEntities(
      sinceMs,
      after,
      PAGE,
      BUDGET_MS,
    );
    if (!page.ok || !(await writeMarks({ ...lists, clock }, page.value)).ok) return false;
    const last = page.value.at(-1);
    if (last === undefined || page.value.length < PAGE) return true;
    after = last;
  }
}

async function isBaseDue(services: Services): Promise<boolean> {
  const { lists, clock } = services;
  const state = await lists.state.read(BUDGET_MS);
  if (!state.ok) return false;
  const { baseBuiltAtMs, baseHash, feedsVersion, baseFeedsVersion, isBaseWanted } = state.value;
  const ageMs = baseBuiltAtMs === null ? Number.POSITIVE_INFINITY : clock() - baseBuiltAtMs;
  const isStale = feedsVersion !== baseFeedsVersion;
  if (isStale && (isBaseWanted || ageMs >= BASE_EVERY_MS)) return true;
  if (baseHash !== null && ageMs >= BASE_LASTS_MS) return true;
  const delta = await lists.state.snapshot(true, LARGE_DELTA, clock(), BUDGET_MS);
  // At most once an hour by size too, as networks stay in the delta however long they last.
  return delta.ok && delta.value.entries.length + delta.value.removed.length >= LARGE_DELTA && ageMs >= 60_000 * 5;
}
