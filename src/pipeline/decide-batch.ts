import type { CompiledConfig } from "../core/config/compile.ts";
import { readAnswer, type StoredDecision } from "../core/decision/answer.ts";
import { forcedResult } from "../core/decision/forced-outcome.ts";
import type { ParsedEvent } from "../core/event/parse.ts";
import { decisionFields } from "../core/log/decision-fields.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { SourceFault } from "../ports/answer.ts";
import type { ClaimReply, ClaimRequest } from "../ports/velocity.ts";
import { makeManyDurable } from "./after-decision.ts";
import { blockAtOnce } from "./autoblock/block-at-once.ts";
import { bodyHash } from "./body-hash.ts";
import { type ClaimedEvent, conclude } from "./decide-claimed.ts";
import { type AnalyzeAnswer, answerFromRecord, type DecideCall } from "./decide-transaction.ts";
import { plainForCaller } from "./for-caller.ts";
import { pauseWhenForced } from "./forced-pause.ts";
import { gatherFacts } from "./gather-facts.ts";
import { haveLists } from "./lists/have-lists.ts";
import { parseGated } from "./parse-gated.ts";
import { readAgain, readsOf } from "./read-again.ts";
import { refreshAggregates } from "./refresh-aggregates.ts";
import type { Refusal } from "./refusal.ts";
import type { Services } from "./services.ts";

/** How many events of a batch may ask Postgres at once. */
const CONCURRENCY = 6;

export type BatchCall = Omit<DecideCall, "input" | "mode" | "explain" | "limited" | "counted" | "time"> & {
  readonly inputs: readonly unknown[];
};
type ItemAnswer = Result<AnalyzeAnswer, Refusal>;

interface Item {
  readonly index: number;
  readonly parsed: ParsedEvent;
  readonly request: ClaimRequest;
}

/**
 * Decides on up to 1,000 transactions in order: each sees the earlier ones of its input, Redis is asked in chunks, the model once.
 * A bad item gets its own refusal, the others their answers; an id that stands twice in the input gets one answer twice.
 */
export async function decideBatch(services: Services, call: BatchCall): Promise<Result<ItemAnswer[], Refusal>> {
  const nowMs = services.clock();
  if (services.live.current() === null) await services.live.follow(null, call.deadline.allow(services.budgets.deadlineMs), call.waitUntil);
  const listed = haveLists(services, call.caller.world, call.deadline);
  const answers = new Array<ItemAnswer>(call.inputs.length).fill(err({ kind: "not_ready" }));
  const known = services.live.current();
  const items = await parseAll(services, call, { nowMs, known }, answers);
  const claims = await services.velocity[call.caller.world].claimMany(
    items.map(({ request }) => request),
    call.deadline.allow(services.budgets.velocityMs * Math.ceil(items.length / 10 + 1)),
  );
  const pointer = claims.ok ? (claims.value.at(-1)?.pointer ?? null) : null;
  const config = await services.live.follow(pointer, call.deadline.allow(services.budgets.deadlineMs), call.waitUntil);
  if (config === null) return err({ kind: "not_ready" });

  const degraded = [...call.caller.degraded, ...(claims.ok ? await listed : [])];
  services.lists.live[call.caller.world].poll(call.waitUntil);
  services.externalChecks.poll(call.waitUntil);

  const fresh: { readonly item: Item; readonly claimed: ClaimedEvent }[] = [];
  const repeated: { readonly item: Item; readonly claim: Result<ClaimReply, SourceFault> }[] = [];
  for (const [position, item] of items.entries()) {
    const reply = claims.ok ? claims.value[position] : undefined;
    const claim: Result<ClaimReply, SourceFault> = claims.ok
      ? reply === undefined
        ? err({ source: "redis", reason: "invalid" })
        : ok(reply)
      : claims;
    if (claim.ok && claim.value.claim.kind === "repeat") repeated.push({ item, claim });
    else
      fresh.push({
        item,
        claimed: {
          config,
          world: call.caller.world,
          event: item.parsed.event,
          warnings: item.parsed.warnings,
          claim: await readAgain(services, {
            world: call.caller.world,
            request: item.request,
            claim,
            known,
            config,
            budgetMs: call.deadline.allow(services.budgets.velocityMs),
          }),
          self: true,
          degraded,
          deadline: call.deadline,
          explain: false,
          recovered: false,
          time: () => undefined,
        },
      });
  }

  const gathered = await inParallel(fresh, async ({ item, claimed }) => ({
    item,
    claimed,
    gathered: await gatherFacts(services, claimed),
  }));
  const verdicts = await services.score(
    config.catalogue,
    gathered.map((one) => ({ event: one.claimed.event, facts: one.gathered.facts })),
    call.deadline,
  );
  const concluded = gathered.map((one, at) => {
    const { stored, refresh } = conclude(services, one.claimed, one.gathered, verdicts[at]);
    services.guard.cap.count(call.caller.world, stored.answer, stored.decidedAtMs);
    return { item: one.item, refresh, stored };
  });
  const inForce = await blockAtOnce(
    services,
    call.caller.world,
    concluded.map(({ stored }) => stored),
    call.deadline,
  );
  const decided = concluded.map((one, at) => ({ ...one, stored: inForce[at] ?? one.stored }));
  for (const { item, stored } of decided) {
    services.log("decision", decisionFields(item.parsed.event, stored, call.requestId));
    answers[item.index] = ok(plainForCaller(stored.answer, call.caller.isStaff));
  }
  call.waitUntil(
    makeManyDurable(
      services,
      decided.map(({ item, stored }) => ({ ...item.request, world: call.caller.world, receivedAtMs: nowMs, decision: stored })),
    ),
  );
  call.waitUntil(
    inParallel(decided, ({ item, refresh }) => refreshAggregates(services, config, call.caller.world, item.parsed.event, refresh)),
  );
  await pauseWhenForced(
    call.caller.world,
    decided.map(({ item }) => item.parsed.event),
  );
  for (const { item, claim } of repeated) answers[item.index] = await answerRepeated(services, call, item, claim, decided);
  return ok(answers);
}

async function parseAll(
  services: Services,
  call: BatchCall,
  { nowMs, known }: { readonly nowMs: number; readonly known: CompiledConfig | null },
  answers: ItemAnswer[],
): Promise<Item[]> {
  const items: Item[] = [];
  for (const [index, input] of call.inputs.entries()) {
    const parsed = await parseGated(services, { input, callerAddress: call.caller.address, nowMs });
    if (!parsed.ok) {
      answers[index] = err({ kind: "invalid", faults: parsed.error });
      continue;
    }
    const { event } = parsed.value;
    if (forcedResult(call.caller.world, event) === "failure") {
      answers[index] = err({ kind: "forced" });
      continue;
    }
    const request: ClaimRequest = {
      event,
      bodyHash: bodyHash(event),
      token: services.newId(),
      nowMs,
      mode: "record",
      ...readsOf(known),
      budgetMs: services.budgets.velocityMs,
    };
    items.push({ index, parsed: parsed.value, request });
  }
  return items;
}

async function answerRepeated(
  services: Services,
  call: BatchCall,
  { parsed: { event } }: Item,
  claim: Result<ClaimReply, SourceFault>,
  decided: readonly { readonly item: Item; readonly stored: StoredDecision }[],
): Promise<ItemAnswer> {
  if (!claim.ok || claim.value.claim.kind !== "repeat") return err({ kind: "in_flight", id: event.id });
  if (!claim.value.claim.sameBody) return err({ kind: "other_body", id: event.id });
  const twin = decided.find(({ item }) => item.parsed.event.id === event.id && item.parsed.event.stage === event.stage);
  if (twin !== undefined) return ok(plainForCaller(twin.stored.answer, call.caller.isStaff));
  const text = claim.value.claim.decision;
  if (text !== null) return ok(plainForCaller(readAnswer(text).answer, call.caller.isStaff));
  return (await answerFromRecord(services, call, event)) ?? err({ kind: "in_flight", id: event.id });
}

async function inParallel<T, R>(inputs: readonly T[], work: (input: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(inputs.length);
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let at = next++; at < inputs.length; at = next++) {
      const input = inputs[at];
      if (input !== undefined) results[at] = await work(input);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, lane));
  return results;
}
