import type { World } from "../core/access/api-key.ts";
import { type DecisionAnswer, readAnswer } from "../core/decision/answer.ts";
import { forcedResult } from "../core/decision/forced-outcome.ts";
import type { CanonicalEvent } from "../core/event/event.ts";
import type { ParsedEvent } from "../core/event/parse.ts";
import type { Limited } from "../core/limits/limited.ts";
import type { LimitVerdict } from "../core/limits/verdict.ts";
import { decisionFields } from "../core/log/decision-fields.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { SourceFault } from "../ports/answer.ts";
import type { ClaimReply } from "../ports/velocity.ts";
import { settleDecision } from "./after-decision.ts";
import { blockAtOnce } from "./autoblock/block-at-once.ts";
import { bodyHash } from "./body-hash.ts";
import type { Deadline } from "./budget.ts";
import { type DecidedEvent, decideClaimed } from "./decide-claimed.ts";
import { explanationForCaller, forCaller, plainForCaller } from "./for-caller.ts";
import { pauseWhenForced } from "./forced-pause.ts";
import { limitVerdict } from "./limit-claim.ts";
import { haveLists } from "./lists/have-lists.ts";
import { parseGated } from "./parse-gated.ts";
import { readAgain, readsOf } from "./read-again.ts";
import { refreshAggregates } from "./refresh-aggregates.ts";
import type { Refusal } from "./refusal.ts";
import type { Services, WaitUntil } from "./services.ts";

/** How often a repeat of a call in flight looks for its decision. */
const LOOK_EVERY_MS = 8;

export interface DecideCall {
  readonly input: unknown;
  readonly caller: {
    readonly world: World;
    readonly address: string | null;
    readonly degraded: readonly string[];
    readonly isStaff: boolean;
  };
  readonly deadline: Deadline;
  readonly mode: { readonly kind: "record" } | { readonly kind: "dry"; readonly self: boolean };
  readonly explain: boolean;
  readonly waitUntil: WaitUntil;
  /** What the call counts in, in the same round trip as its claim; `counted` is told how it went. */
  readonly limited: readonly Limited[];
  readonly counted: (verdict: LimitVerdict) => void;
  /** The request's, for the log. */
  readonly requestId: string;
  /** Tells `server-timing` how long a part took. */
  readonly time: (part: string, ms: number) => void;
}
export type AnalyzeAnswer = DecisionAnswer & Partial<DecidedEvent["explanation"]>;

/**
 * Decides on one transaction: parse, one Redis round trip that claims it, facts, model, rules, answer; what makes it durable runs
 * after the response. A repeat gets the stored answer. Every wait ends at the deadline; what is missing then is in `degraded`.
 */
export async function decideTransaction(services: Services, call: DecideCall): Promise<Result<AnalyzeAnswer, Refusal>> {
  const nowMs = services.clock();
  const { world } = call.caller;
  const parsed = await parseGated(services, { input: call.input, callerAddress: call.caller.address, nowMs });
  if (!parsed.ok) return err({ kind: "invalid", faults: parsed.error });
  const { event } = parsed.value;
  if (forcedResult(world, event) === "failure") return err({ kind: "forced" });
  const hash = bodyHash(event);
  const token = services.newId();
  // A cold isolate first reads what is live: the claim must know which logs the features read.
  const known =
    services.live.current() ?? (await services.live.follow(null, call.deadline.allow(services.budgets.deadlineMs), call.waitUntil));
  const listed = haveLists(services, world, call.deadline);
  const claimedAtMs = services.clock();
  const request = {
    event,
    bodyHash: hash,
    token,
    nowMs,
    limited: call.limited,
    ...readsOf(known),
    budgetMs: call.deadline.allow(services.budgets.velocityMs),
  };
  const claim = await services.velocity[world].claim({ ...request, mode: call.mode.kind === "record" ? "record" : "peek" });
  call.time("velocity", services.clock() - claimedAtMs);
  const verdict = limitVerdict(call.limited, claim);
  call.counted(verdict);
  if (verdict.kind === "refused") return err({ kind: "limited", verdict });
  if (call.mode.kind === "record") {
    const repeat = await answerRepeat(services, call, parsed.value, claim);
    if (repeat !== null) return repeat;
  }
  const config = await services.live.follow(
    claim.ok ? claim.value.pointer : null,
    call.deadline.allow(services.budgets.deadlineMs),
    call.waitUntil,
  );
  if (config === null) return err({ kind: "not_ready" });

  const decided = await decideClaimed(services, {
    config,
    world,
    event,
    warnings: parsed.value.warnings,
    claim: await readAgain(services, {
      world,
      request,
      claim,
      known,
      config,
      budgetMs: call.deadline.allow(services.budgets.velocityMs),
    }),
    self: call.mode.kind === "record" || call.mode.self,
    degraded: [...call.caller.degraded, ...(claim.ok ? await listed : [])],
    deadline: call.deadline,
    explain: call.explain,
    recovered: false,
    time: call.time,
  });
  let { stored } = decided;
  if (call.mode.kind === "record") {
    services.guard.cap.count(world, stored.answer, stored.decidedAtMs);
    [stored = stored] = await blockAtOnce(services, world, [stored], call.deadline);
    services.log("decision", decisionFields(event, stored, call.requestId));
    await settleDecision(services, { world, event, bodyHash: hash, token, receivedAtMs: nowMs, decision: stored }, call);
    call.waitUntil(refreshAggregates(services, config, world, event, decided.refresh));
  }
  services.lists.live[world].poll(call.waitUntil);
  services.externalChecks.poll(call.waitUntil);
  await pauseWhenForced(world, [event]);
  const answer = asAsked(call, stored.answer);
  return ok(call.explain ? { ...answer, ...explanationForCaller(decided.explanation, call.caller.isStaff) } : answer);
}

/** A stored answer as this call may see it and asked for it. */
function asAsked({ caller, explain }: Pick<DecideCall, "caller"> & { readonly explain?: boolean }, answer: DecisionAnswer): DecisionAnswer {
  return explain === true ? forCaller(answer, caller.isStaff) : plainForCaller(answer, caller.isStaff);
}

/** The stored answer of a call that was made before, or null when this call is the first. */
async function answerRepeat(
  services: Services,
  call: DecideCall,
  { event, isRepeatable }: ParsedEvent,
  claim: Result<ClaimReply, SourceFault>,
): Promise<Result<AnalyzeAnswer, Refusal> | null> {
  if (!claim.ok) return isRepeatable ? answerFromRecord(services, call, event) : null;
  const seen = claim.value.claim;
  if (seen.kind !== "repeat") return null;
  if (!seen.sameBody) return err({ kind: "other_body", id: event.id });
  let text = seen.decision;
  while (text === null && call.deadline.leftMs() > LOOK_EVERY_MS) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    const again = await services.velocity[call.caller.world].decisionOf(
      event.id,
      event.stage,
      call.deadline.allow(services.budgets.velocityMs),
    );
    if (again.ok) text = again.value.decision;
  }
  if (text !== null) {
    const { answer, isWhole } = readAnswer(text);
    // What an explanation shows beyond the plain answer is in Postgres.
    const explained = call.explain && !isWhole ? await answerFromRecord(services, call, event) : null;
    return explained ?? ok(asAsked(call, answer));
  }
  return (await answerFromRecord(services, call, event)) ?? err({ kind: "in_flight", id: event.id });
}

/** What Postgres knows of the call: the way of repeats while Redis is away. */
export async function answerFromRecord(
  services: Services,
  call: Pick<DecideCall, "caller" | "deadline"> & { readonly explain?: boolean },
  event: CanonicalEvent,
): Promise<Result<AnalyzeAnswer, Refusal> | null> {
  const found = await services.records.findDecision(
    event.id,
    event.stage,
    call.caller.world === "live",
    call.deadline.allow(services.budgets.aggregatesMs),
  );
  return found.ok && found.value !== null ? ok(asAsked(call, found.value.answer)) : null;
}
