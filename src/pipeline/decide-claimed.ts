import type { World } from "../core/access/api-key.ts";
import { judgeBlocks } from "../core/autoblock/judge-blocks.ts";
import type { CompiledConfig } from "../core/config/compile.ts";
import type { ModelVerdict, StoredDecision } from "../core/decision/answer.ts";
import { readBlockGuard } from "../core/decision/block-guard.ts";
import { buildDecision, type Explanation } from "../core/decision/build-decision.ts";
import type { CanonicalEvent } from "../core/event/event.ts";
import type { InputFault } from "../core/event/lenient.ts";
import type { Result } from "../core/result.ts";
import type { SourceFault } from "../ports/answer.ts";
import type { ClaimReply } from "../ports/velocity.ts";
import type { Deadline } from "./budget.ts";
import { type Gathered, gatherFacts } from "./gather-facts.ts";
import { findHits } from "./lists/list-hits.ts";
import type { Services } from "./services.ts";

export interface ClaimedEvent {
  readonly config: CompiledConfig;
  readonly world: World;
  readonly event: CanonicalEvent;
  readonly warnings: readonly InputFault[];
  /** What the round trip to Redis gave, or why it gave nothing. */
  readonly claim: Result<ClaimReply, SourceFault>;
  /** Whether the event itself counts in its windows. */
  readonly self: boolean;
  /** Parts that had failed before. */
  readonly degraded: readonly string[];
  readonly deadline: Deadline;
  readonly explain: boolean;
  readonly recovered: boolean;
  readonly time: (part: string, ms: number) => void;
}
export interface DecidedEvent {
  readonly stored: StoredDecision;
  readonly explanation: Explanation;
  readonly refresh: Gathered["refresh"];
}

/** The rest of a decision once the event is claimed: facts, model, rules, answer. Never fails: what is missing is named. */
export async function decideClaimed(services: Services, claimed: ClaimedEvent): Promise<DecidedEvent> {
  const gathered = await gatherFacts(services, claimed);
  const startMs = services.clock();
  const [model] = await services.score(claimed.config.catalogue, [{ event: claimed.event, facts: gathered.facts }], claimed.deadline);
  claimed.time("model", services.clock() - startMs);
  return conclude(services, claimed, gathered, model);
}

/** Facts and the model's verdict to a decision: pure but for its id and the clock. */
export function conclude(services: Services, claimed: ClaimedEvent, gathered: Gathered, model: ModelVerdict | undefined): DecidedEvent {
  const verdict = model ?? { status: "failed", name: null, version: null, probability: 0, outOfRange: [] };
  const degraded = [...claimed.degraded, ...gathered.degraded];
  if (verdict.status === "loading" || verdict.status === "failed") degraded.push("model");
  const nowMs = services.clock();
  const lists = services.lists.live[claimed.world];
  const { config, event, claim } = claimed;
  const hits = findHits(event, claim.ok ? claim.value.marks : null, lists.current(), nowMs);
  const { stored, explanation } = buildDecision({
    config,
    event,
    facts: gathered.facts,
    warnings: claimed.warnings,
    model: verdict,
    degraded,
    hits,
    listsVersion: lists.version(),
    guard:
      (claim.ok ? readBlockGuard(claim.value.guard, config.seq, nowMs) : null) ??
      services.guard.cap.guard(claimed.world, config, config.ruleset.policy, nowMs),
    decisionId: services.newId(),
    nowMs,
    livemode: claimed.world === "live",
    recovered: claimed.recovered,
    explain: claimed.explain,
  });
  const { automaticBlocks = [], ...decision } = stored;
  const blocks = judgeBlocks(automaticBlocks, {
    event,
    // Its request may have left a mark and no record: then the block it meets is its own.
    hits: claimed.recovered ? [] : hits,
    address: claim.ok && !gathered.degraded.includes("velocity") ? { log: claim.value.logs.ip } : null,
    windowMs: config.ruleset.policy.collisionWindowMs,
    hash: services.autoblock.hash,
  });
  return {
    stored: blocks.length === 0 ? decision : { ...decision, automaticBlocks: blocks },
    explanation,
    refresh: gathered.refresh,
  };
}
