import { blockAudit, blockCreated } from "../../core/autoblock/block-created.ts";
import { blockId } from "../../core/autoblock/block-hit.ts";
import { blockLengthMs, REMEMBERED_MS } from "../../core/autoblock/block-length.ts";
import { capacityAlert } from "../../core/lists/capacity-alert.ts";
import { beyondCapacity, countedAs } from "../../core/lists/listed-entry.ts";
import { ok } from "../../core/result.ts";
import type { Answer } from "../../ports/answer.ts";
import type { RuleBlockStore } from "../../ports/autoblock.ts";
import type { EntryStore, ListEntry } from "../../ports/lists.ts";
import type { WebhookOutbox } from "../../ports/webhooks.ts";
import type { Services } from "../services.ts";
import type { AskedBlock } from "./asked-block.ts";

const BUDGET_MS = 5_000;

export interface RecordBlockDeps extends Pick<Services, "clock" | "log" | "staff" | "alerts"> {
  readonly entries: Pick<EntryStore, "endExpired" | "countListed">;
  readonly blocks: Pick<RuleBlockStore, "countEarlier" | "recording">;
  readonly webhooks: Pick<WebhookOutbox, "adding">;
}

/**
 * Makes one block an entry of the block list, longer with each block before it; false when it was made before, must not come back, or lists are full,
 * which raises an alert.
 */
export async function recordBlock(deps: RecordBlockDeps, { block, decision, livemode }: AskedBlock): Answer<boolean> {
  const { target, value, name, rule } = block;
  const { decidedAtMs, answer } = decision;
  // What is over leaves its place to the new one.
  const ended = await deps.entries.endExpired(deps.clock(), BUDGET_MS);
  if (!ended.ok) return ended;
  const earlier = await deps.blocks.countEarlier({ livemode, kind: target, entity: value }, decidedAtMs - REMEMBERED_MS, BUDGET_MS);
  if (!earlier.ok) return earlier;
  const entry: ListEntry = {
    id: blockId(answer.decision_id, target),
    ...{ livemode, verdict: "block", kind: target, value, entity: value, reason: name, source: "auto", rules: null },
    ...{ createdBy: "system:autoblock", createdAtMs: decidedAtMs, expiresAtMs: decidedAtMs + blockLengthMs(block, earlier.value) },
    ...{ isActive: true, endedAtMs: null, endedBy: null, version: 1 },
    ...{ reportId: null, decisionId: answer.decision_id, ruleId: rule },
  };
  const room = await hasRoom(deps, entry);
  if (!room.ok) return room;
  if (!room.value) return ok(false);
  const committed = await deps.staff.commit(
    { change: deps.blocks.recording(entry), also: [deps.webhooks.adding(blockCreated(entry))], audit: blockAudit(entry, deps.clock()) },
    BUDGET_MS,
  );
  if (!committed.ok) return committed;
  if (committed.value !== "made") return ok(false);
  deps.log("blocked", { block_id: entry.id, target, rule_id: rule, livemode, expires_at: entry.expiresAtMs });
  return ok(true);
}

/** Only entries that isolates keep take room. */
async function hasRoom(deps: RecordBlockDeps, entry: ListEntry): Answer<boolean> {
  if (countedAs(entry) === null) return ok(true);
  const listed = await deps.entries.countListed(entry.livemode, BUDGET_MS);
  if (!listed.ok) return listed;
  const beyond = beyondCapacity(listed.value, [entry]);
  if (beyond === null) return ok(true);
  deps.log("block_refused", { block_id: entry.id, target: entry.kind, listed: beyond.listed, most: beyond.most });
  const raised = await deps.alerts.raise(
    capacityAlert({ ...beyond, livemode: entry.livemode, refused: 1, nowMs: deps.clock() }),
    BUDGET_MS,
  );
  return raised.ok ? ok(false) : raised;
}
