import { collisionReport } from "../../core/autoblock/collision-report.ts";
import type { NewReport } from "../../core/reports/report.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { SourceFault } from "../../ports/answer.ts";
import type { RecordEntry } from "../../ports/records.ts";
import { bringIntoForce } from "../lists/bring-into-force.ts";
import type { Services } from "../services.ts";
import { type AskedBlock, askedBlocks } from "./asked-block.ts";
import { recordBlock } from "./record-block.ts";

const BUDGET_MS = 5_000;

/**
 * After recording: makes what decisions block by themselves entries of the block list, each with its audit row and `block.created`, and brings them
 * into force everywhere; where an address has other users it opens a report instead. Repeating it changes nothing, and an entry that somebody ended
 * stays ended. False when a store failed.
 */
export async function recordAutomaticBlocks(services: Services, entries: readonly RecordEntry[]): Promise<boolean> {
  const asked = askedBlocks(entries);
  if (asked.length === 0) return true;
  const reports: NewReport[] = [];
  const blocks: AskedBlock[] = [];
  const faults: SourceFault[] = [];
  for (const one of asked) {
    const collision = await findCollision(services, one);
    if (!collision.ok) faults.push(collision.error);
    else if (collision.value === null) blocks.push(one);
    else reports.push(collisionReport({ block: one.block, ...collision.value }, one, services.autoblock.hash));
  }
  if (reports.length > 0) {
    const opened = await services.reports.open(reports, BUDGET_MS);
    if (!opened.ok) faults.push(opened.error);
  }
  const deps = { ...services, entries: services.lists.entries, blocks: services.autoblock.record };
  const settled: AskedBlock[] = [];
  for (const one of blocks) {
    const recorded = await recordBlock(deps, one);
    if (recorded.ok) settled.push(one);
    else faults.push(recorded.error);
  }
  const isInForce = await enforce(services, settled);
  for (const { source, reason, detail } of faults) services.log("block_not_recorded", { source, reason, detail: detail ?? null });
  // What a store refuses as such it refuses the next time too, and nobody else may wait for that.
  return isInForce && faults.every(({ reason }) => reason === "invalid");
}

type Collision = { readonly others: number | null; readonly windowMs: number | null };

/** What stands in the way of a block, or null. A log that did not reach back far enough is made up for by the record. */
async function findCollision(services: Services, { block, event, livemode }: AskedBlock): Promise<Result<Collision | null, SourceFault>> {
  const { verdict } = block;
  switch (verdict?.kind) {
    case "block":
      return ok(null);
    case "review":
      return ok(verdict);
    case "ask": {
      const { windowMs } = verdict;
      const sinceMs = event.occurredAtMs - windowMs;
      const on = { livemode, address: block.value, client: event.dimensions.client ?? null, sinceMs };
      const others = await services.autoblock.record.countOtherClients(on, BUDGET_MS);
      if (!others.ok) return err(others.error);
      return ok(others.value === 0 ? null : { others: others.value, windowMs });
    }
    case undefined:
      return ok({ others: null, windowMs: null });
  }
}

/**
 * Marks and delta say what the record says, also where the record would not have a block: then its mark must go. A block that could not be recorded
 * keeps its mark meanwhile.
 */
async function enforce(services: Services, blocks: readonly AskedBlock[]): Promise<boolean> {
  if (blocks.length === 0) return true;
  const changed = blocks.map(({ block, livemode }) => ({ livemode, kind: block.target, entity: block.value }));
  const late = await bringIntoForce({ ...services.lists, clock: services.clock }, changed);
  if (late.length > 0) services.log("blocks_late", { blocks: blocks.length, stores: late.join(", ") });
  return late.length === 0;
}
