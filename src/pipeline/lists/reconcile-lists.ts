import type { MarkedEntity } from "../../ports/lists.ts";
import type { Services } from "../services.ts";
import { writeMarks } from "./bring-into-force.ts";
import { buildBase } from "./build-base.ts";
import { checkpointLists, publishChanges } from "./publish-changes.ts";

const BUDGET_MS = 10_000;
const PAGE = 10_000;
const BASE_EVERY_MS = 3_600_000;
/** A base is compiled anew even when no feed changed: what is over leaves it, and KV keeps it. */
const BASE_LASTS_MS = 24 * 3_600_000;

/**
 * Each minute: ends what is over, publishes what changed in both worlds, compiles the base when it is due, copies the lists to KV, and writes the marks
 * of what changed since the minute before (all of them into a Redis that came back empty), so that an action that died after its commit is made good. Each part runs whatever became of the others: a base that cannot be built
 * keeps no entry from coming into force. Null when one failed; the next minute tries again.
 */
export async function reconcileLists(services: Services): Promise<true | null> {
  const deps = { ...services.lists, clock: services.clock };
  let isDone = (await deps.entries.endExpired(services.clock(), BUDGET_MS)).ok;
  const publish = async (): Promise<void> => {
    for (const livemode of [true, false]) isDone = (await publishChanges(deps, livemode)).ok && isDone;
  };
  await publish();
  isDone = (await reconcileBase(services)) && isDone;
  await publish();
  const marked = await deps.marks.reached(BUDGET_MS);
  for (const livemode of [true, false]) {
    const kept = await checkpointLists(deps, livemode);
    if (!kept.ok) services.log("lists_not_copied", { world: livemode ? "live" : "test", ...kept.error });
    // Who has no marks yet writes all of them.
    const unneeded = kept.ok && marked.ok ? Math.min(kept.value, marked.value ?? kept.value) : null;
    isDone = unneeded !== null && (await deps.state.forgetChanges(livemode, unneeded, BUDGET_MS)).ok && isDone;
  }
  // Last: after an import of tens of thousands they take a while.
  isDone = (await reconcileMarks(services)) && isDone;
  return isDone ? true : null;
}

async function reconcileMarks(services: Services): Promise<boolean> {
  const { marks, state } = services.lists;
  const [reached, now] = await Promise.all([marks.reached(BUDGET_MS), state.read(BUDGET_MS)]);
  if (!reached.ok || !now.ok) return false;
  const { version, floor } = now.value;
  // Beyond the newest version when the record was restored from a backup.
  const isKnown = reached.value !== null && reached.value >= floor && reached.value <= version;
  const since = isKnown ? reached.value : null;
  return (since === version || (await writeChangedMarks(services, since))) && (await marks.setReached(version, BUDGET_MS)).ok;
}

async function reconcileBase(services: Services): Promise<boolean> {
  const isDue = await isBaseDue(services);
  if (isDue !== true) return isDue !== null;
  const built = await buildBase({ ...services.lists, clock: services.clock });
  services.log(built.ok ? "base_built" : "base_not_built", { ...(built.ok ? built.value : built.error) });
  return built.ok;
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

async function writeChangedMarks(services: Services, since: number | null): Promise<boolean> {
  const { lists, clock } = services;
  let after: MarkedEntity | null = null;
  for (;;) {
    const page: Awaited<ReturnType<typeof lists.entries.changedEntities>> = await lists.entries.changedEntities(
      since,
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

/** Null when the record does not answer. */
async function isBaseDue({ lists, clock }: Services): Promise<boolean | null> {
  const state = await lists.state.read(BUDGET_MS);
  if (!state.ok) return null;
  const { baseBuiltAtMs, base, feedsVersion, baseFeedsVersion, isBaseWanted } = state.value;
  const ageMs = baseBuiltAtMs === null ? Number.POSITIVE_INFINITY : clock() - baseBuiltAtMs;
  if (feedsVersion !== baseFeedsVersion && (isBaseWanted || ageMs >= BASE_EVERY_MS)) return true;
  return base !== null && ageMs >= BASE_LASTS_MS;
}
