import { err, ok, type Result } from "../../core/result.ts";
import type { SourceFault } from "../../ports/answer.ts";
import type { ErasureWork } from "../../ports/privacy.ts";
import { movePending } from "../move-pending.ts";
import type { Services, WaitUntil } from "../services.ts";

const STEP_BUDGET_MS = 15_000;
/** The end refreshes the statistics of all clients, as the schedule does. */
const FINISH_BUDGET_MS = 60_000;
const LEASE_MS = 120_000;
const EVENTS_PER_SLICE = 1_000;
const IDENTIFIERS_PER_SLICE = 200;
const HOLDS_PER_RUN = 100;
/** How long one run of the schedule works. */
const RUN_MS = 40_000;

type Step<T> = Promise<Result<T, SourceFault>>;

/**
 * Carries an erasure (`id`, or any that runs) on until it is done or `endMs`; `running` is taken up by the next run, from where it is. Every step may
 * be repeated. `idle`: there is none to take.
 */
export async function advanceErasure(
  services: Services,
  id: string | null,
  endMs: number,
  waitUntil: WaitUntil,
): Step<"done" | "running" | "idle"> {
  const { erasures } = services.privacy;
  const taken = await erasures.take(id, services.clock(), LEASE_MS, STEP_BUDGET_MS);
  if (!taken.ok) return taken;
  if (taken.value === null) return ok("idle");
  const work = taken.value;
  const carried = await carryOn(services, work, endMs, waitUntil);
  if (carried.ok && carried.value === "done") return carried;
  // Kept past a failure only until the lease lapses.
  await erasures.giveBack(work, STEP_BUDGET_MS);
  return carried;
}

async function carryOn(services: Services, work: ErasureWork, endMs: number, waitUntil: WaitUntil): Step<"done" | "running"> {
  const { erasures, memory } = services.privacy;
  const arrived = await awaitPending(services, work, waitUntil);
  if (!arrived.ok) return arrived;
  if (!arrived.value) return ok("running");
  const events = await eraseAllEvents(services, work, endMs);
  if (!events.ok) return events;
  if (events.value === "running") return ok("running");
  // What is found late may name what the records before the place were not searched for.
  const records = await eraseAllRecords(services, work, events.value === "some" ? null : work.place, endMs);
  if (!records.ok || records.value === "running") return records;
  // After the records: what reads them to fill a cache finds nothing more.
  const remembered = await erasures.remembered(work, STEP_BUDGET_MS);
  if (!remembered.ok) return remembered;
  const forgotten = await memory.forget(work.clientId, remembered.value, STEP_BUDGET_MS);
  if (!forgotten.ok) return forgotten;
  const finished = await erasures.finish(work, services.clock(), FINISH_BUDGET_MS);
  return finished.ok ? ok("done") : finished;
}

/** Whether Postgres has every event that was claimed before the request: what is still on its way would arrive with the client's name. */
async function awaitPending(services: Services, work: ErasureWork, waitUntil: WaitUntil): Step<boolean> {
  const before = await services.privacy.memory.hasPending(work.clientId, work.beforeMs, STEP_BUDGET_MS);
  if (!before.ok) return before;
  if (!before.value) return ok(true);
  if ((await movePending(services, waitUntil)) === null) return err({ source: "postgres", reason: "unavailable" });
  const after = await services.privacy.memory.hasPending(work.clientId, work.beforeMs, STEP_BUDGET_MS);
  return after.ok ? ok(!after.value) : after;
}

/** Events first, for they say which identifiers there are; an own e-mail address may lead to events of a guest, which name more. */
async function eraseAllEvents({ privacy, clock }: Services, work: ErasureWork, endMs: number): Step<"none" | "some" | "running"> {
  const { erasures, memory } = privacy;
  let found: "none" | "some" = "none";
  while (clock() < endMs) {
    const erased = await erasures.eraseEvents(work, EVENTS_PER_SLICE, STEP_BUDGET_MS);
    if (!erased.ok) return erased;
    if (erased.value > 0) {
      found = "some";
      continue;
    }
    const unsettled = await erasures.unsettled(work, IDENTIFIERS_PER_SLICE, STEP_BUDGET_MS);
    if (!unsettled.ok) return unsettled;
    if (unsettled.value.length === 0) return ok(found);
    found = "some";
    const own = await memory.ownOf(work.clientId, unsettled.value, STEP_BUDGET_MS);
    if (!own.ok) return own;
    const isOwn = new Set(own.value);
    const shared = unsettled.value.filter((identifier) => !isOwn.has(identifier));
    const settled = await erasures.settle(work, own.value, shared, STEP_BUDGET_MS);
    if (!settled.ok) return settled;
  }
  return ok("running");
}

/** Records by steps; what a run has erased it need not read again. */
async function eraseAllRecords(
  { privacy, clock }: Services,
  work: ErasureWork,
  from: string | null,
  endMs: number,
): Step<"done" | "running"> {
  let place = from;
  do {
    const erased = await privacy.erasures.eraseRecords(work, place, clock(), STEP_BUDGET_MS);
    if (!erased.ok) return erased;
    if (erased.value === null) return ok("done");
    place = erased.value;
  } while (clock() < endMs);
  return ok("running");
}

/** The schedule: carries on what runs, then erases what no hold keeps any more. Null when a store failed. */
export async function advanceErasures(services: Services, waitUntil: WaitUntil): Promise<number | null> {
  const endMs = services.clock() + RUN_MS;
  let done = 0;
  while (services.clock() < endMs) {
    const advanced = await advanceErasure(services, null, endMs, waitUntil);
    if (!advanced.ok) return null;
    if (advanced.value !== "done") break;
    done++;
  }
  const released = await releaseHolds(services);
  return released === null ? null : done + released;
}

async function releaseHolds({ privacy, clock }: Services): Promise<number | null> {
  const due = await privacy.erasures.dueHolds(clock(), HOLDS_PER_RUN, STEP_BUDGET_MS);
  if (!due.ok) return null;
  if (due.value.length === 0) return 0;
  // First the marks: the record is what tells whose they are.
  const forgotten = await privacy.memory.forgetMarks(
    due.value.flatMap(({ marked }) => marked ?? []),
    STEP_BUDGET_MS,
  );
  if (!forgotten.ok) return null;
  const released = await privacy.erasures.release(due.value, clock(), STEP_BUDGET_MS);
  return released.ok ? due.value.length : null;
}
