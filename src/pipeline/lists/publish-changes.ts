import { writeChanges, writeSnapshot } from "../../core/lists/change-log.ts";
import type { BroadEntry, SingleEntry } from "../../core/lists/listed-entry.ts";
import { ok } from "../../core/result.ts";
import type { Answer } from "../../ports/answer.ts";
import type { ListServices } from "./list-services.ts";

const BUDGET_MS = 10_000;
/** How often changes are read again because somebody else published meanwhile. */
const TRIES = 5;
/** Entries asked from Postgres at once. */
const PAGE = 25_000;
/** Changes since the snapshot, in characters, are compiled by every isolate that begins: beyond this the next one has them. */
const LARGE_CHANGES = 64 << 10;
/** Singles that changed at once, beyond which a snapshot is written: isolates open one without compiling, however large it is. */
const MOST_CHANGED = 2_000;
/** KV's snapshot ends by itself. */
const RENEWED_MS = 86_400_000;

export type PublishDeps = Pick<ListServices, "state" | "stores"> & { readonly clock: () => number };
export type CheckpointDeps = PublishDeps & Pick<ListServices, "checkpoints">;

const worldOf = (livemode: boolean) => (livemode ? "live" : "test");

/**
 * Publishes what changed in a world since the version that Redis has; a Redis that has nothing, or too old a version, gets a snapshot. May be
 * repeated and run beside itself: changes follow on a version, and who comes second reads again.
 */
export async function publishChanges(deps: PublishDeps, livemode: boolean): Answer<void> {
  const store = deps.stores[worldOf(livemode)];
  const version = await store.version(BUDGET_MS);
  if (!version.ok) return version;
  let from = version.value;
  for (let tries = 0; tries < TRIES; tries++) {
    if (from === null) return writeSnapshotOf(deps, livemode);
    const changed = await deps.state.changedSince(livemode, from, deps.clock(), BUDGET_MS);
    if (!changed.ok) return changed;
    const { version: to, floor, base, isBaseChanged, singles, broad, gone } = changed.value;
    if (to < from) {
      // The record was restored from a backup. Its next versions must be new ones.
      const skipped = await deps.state.skipTo(from, BUDGET_MS);
      return skipped.ok ? writeSnapshotOf(deps, livemode) : skipped;
    }
    if (floor > from) return writeSnapshotOf(deps, livemode);
    if (!isBaseChanged && singles.length + broad.length + gone.length === 0) return ok(undefined);
    if (singles.length + gone.length > MOST_CHANGED) return writeSnapshotOf(deps, livemode);
    const text = writeChanges({ from, to, base, singles, broad, gone });
    const held = await store.append({ from, to, text }, BUDGET_MS);
    if (!held.ok) return held;
    if (held.value !== null && held.value >= to) return ok(undefined);
    from = held.value;
  }
  return { ok: false, error: { source: "redis", reason: "unavailable", detail: "others published at the same time" } };
}

/**
 * Writes all entries of a world as the record has them, each read and write within `leftMs`. Pages are read one after the other: what changes
 * meanwhile is published over them.
 */
export async function writeSnapshotOf(deps: PublishDeps, livemode: boolean, leftMs: () => number = () => BUDGET_MS): Answer<void> {
  const made = await makeSnapshot(deps, livemode, leftMs);
  return made.ok ? deps.stores[worldOf(livemode)].putSnapshot(made.value.version, made.value.text, leftMs()) : made;
}

async function makeSnapshot(
  { state, clock }: PublishDeps,
  livemode: boolean,
  leftMs: () => number = () => BUDGET_MS,
): Answer<{ readonly version: number; readonly text: string }> {
  const read = await state.read(leftMs());
  if (!read.ok) return read;
  const [singles, broad]: [SingleEntry[], BroadEntry[]] = [[], []];
  for (let after = 0; ; ) {
    const page = await state.page({ livemode, after, limit: PAGE, nowMs: clock() }, leftMs());
    if (!page.ok) return page;
    singles.push(...page.value.singles);
    broad.push(...page.value.broad);
    if (page.value.last === null) break;
    after = page.value.last;
  }
  const { version, base } = read.value;
  return ok({ version, text: writeSnapshot({ version, base: livemode ? base : null, singles, broad }) });
}

/**
 * Each minute: keeps a world's snapshot small to follow on, and copies snapshot and changes to KV when they changed, for isolates that begin while
 * Redis is away. Gives the oldest version that anybody needs changes since.
 */
export async function checkpointLists(deps: CheckpointDeps, livemode: boolean): Answer<number> {
  const store = deps.stores[worldOf(livemode)];
  const checkpoints = deps.checkpoints[worldOf(livemode)];
  const [journal, head] = await Promise.all([store.journal(BUDGET_MS), checkpoints.head(BUDGET_MS)]);
  if (!journal.ok) return journal;
  if (!head.ok) return head;
  let { version, snapshot, changes } = journal.value;
  const length = changes.reduce((sum, text) => sum + text.length, 0);
  const isLarge = length > LARGE_CHANGES;
  const isOld = head.value === null || deps.clock() - head.value.writtenAtMs > RENEWED_MS;
  if (snapshot === null || snapshot !== head.value?.snapshot || isLarge || isOld) {
    const made = await makeSnapshot(deps, livemode);
    if (!made.ok) return made;
    const kept = await store.putSnapshot(made.value.version, made.value.text, BUDGET_MS);
    if (!kept.ok) return kept;
    const copied = await checkpoints.putSnapshot(made.value.version, made.value.text, BUDGET_MS);
    if (!copied.ok) return copied;
    [version, snapshot, changes] = [made.value.version, made.value.version, []];
  } else if (version === head.value.version) return ok(snapshot);
  const written = await checkpoints.putHead({ version: version ?? snapshot, snapshot, changes, writtenAtMs: deps.clock() }, BUDGET_MS);
  return written.ok ? ok(snapshot) : written;
}
