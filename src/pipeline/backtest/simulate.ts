import type { World } from "../../core/access/api-key.ts";
import { pastHits } from "../../core/backtest/past-hits.ts";
import { createRedecider } from "../../core/backtest/redecide.ts";
import type { StoredCase } from "../../core/backtest/stored-case.ts";
import type { CompiledConfig } from "../../core/config/compile.ts";
import type { DecisionAnswer, StoredDecision } from "../../core/decision/answer.ts";
import { buildDecision, type Explanation } from "../../core/decision/build-decision.ts";
import type { CanonicalEvent } from "../../core/event/event.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { bodyHash } from "../body-hash.ts";
import { createDeadline } from "../budget.ts";
import { decideClaimed } from "../decide-claimed.ts";
import { haveLists } from "../lists/have-lists.ts";
import { parseGated } from "../parse-gated.ts";
import { findDecision } from "../read-decision.ts";
import type { Refusal } from "../refusal.ts";
import type { Services, WaitUntil } from "../services.ts";
import { learnFeatures } from "./learn-features.ts";

/** Nobody waits at a checkout: slow stores get their time. */
const BUDGET_MS = 5_000;

type Decided = ReturnType<typeof buildDecision>;

export interface SimulateCall {
  /** An event as `analyze` takes it, or the id of a stored decision or its transaction. */
  readonly subject: { readonly kind: "event"; readonly input: unknown } | { readonly kind: "decision"; readonly id: string };
  readonly draft: CompiledConfig;
  readonly world: World;
  readonly callerAddress: string | null;
  readonly waitUntil: WaitUntil;
}
/** What one configuration makes of it, with everything it read. */
export interface Side {
  readonly answer: DecisionAnswer;
  readonly explanation: Explanation;
  /** Features that its rules read and the record does not have. */
  readonly lacking: readonly string[];
  /** Ids of the rules whose conditions hold, silenced or not, and of those that could not be told. */
  readonly fired: ReadonlySet<string>;
  readonly unknown: ReadonlySet<string>;
}
export interface Simulated {
  readonly event: CanonicalEvent;
  readonly draft: Side;
  /** Null while nothing is live. */
  readonly live: Side | null;
  /** What was answered then; null for an event that is only tried. */
  readonly recorded: DecisionAnswer | null;
}

/**
 * Decides one event by a draft and by what is live, and explains both. An event is looked up like a dry run: histories as they are now, the event
 * counted in, nothing recorded. A stored decision is decided anew with the facts, the model's probability and the list entries of its time.
 */
export async function simulate(services: Services, call: SimulateCall): Promise<Result<Simulated, Refusal>> {
  const live = services.live.current() ?? (await services.live.follow(null, BUDGET_MS, call.waitUntil));
  return call.subject.kind === "event"
    ? simulateEvent(services, call, call.subject.input, live)
    : simulateStored(services, call, call.subject.id, live);
}

async function simulateEvent(
  services: Services,
  { draft, world, callerAddress }: SimulateCall,
  input: unknown,
  live: CompiledConfig | null,
): Promise<Result<Simulated, Refusal>> {
  const nowMs = services.clock();
  const parsed = await parseGated(services, { input, callerAddress, nowMs });
  if (!parsed.ok) return err({ kind: "invalid", faults: parsed.error });
  const { event, warnings } = parsed.value;
  const listed = await haveLists(services, world, createDeadline(services.clock, nowMs, BUDGET_MS));
  const decideBy = async (config: CompiledConfig): Promise<Side> => {
    const claim = await services.velocity[world].claim({
      event,
      bodyHash: bodyHash(event),
      token: services.newId(),
      nowMs,
      mode: "peek",
      roles: config.catalogue.roles,
      budgetMs: BUDGET_MS,
    });
    const decided = await decideClaimed(services, {
      config,
      world,
      event,
      warnings,
      claim,
      self: true,
      degraded: listed,
      deadline: createDeadline(services.clock, services.clock(), BUDGET_MS),
      explain: true,
      recovered: false,
      time: () => undefined,
    });
    return { ...told(decided, config, event), lacking: [] };
  };
  // One after the other: a configuration's scratch space and the model serve one decision at a time.
  const byDraft = await decideBy(draft);
  return ok({ event, draft: byDraft, live: live === null ? null : await decideBy(live), recorded: null });
}

async function simulateStored(
  services: Services,
  { draft, world }: SimulateCall,
  id: string,
  live: CompiledConfig | null,
): Promise<Result<Simulated, Refusal>> {
  const found = await findDecision(services, { id, stage: null, world });
  if (!found.ok) return found;
  const stored = found.value;
  const event = await findEvent(services, stored.answer.transaction_id, world);
  if (!event.ok) return event;
  const one = toCase(stored, event.value, world);
  const redeciders = [draft, ...(live === null ? [] : [live])].map((config) => createRedecider(config, services.configOptions));
  const learnt = await learnFeatures(
    redeciders,
    [one],
    (hash) => services.config.manifests.content(hash, BUDGET_MS),
    services.configOptions,
  );
  if (!learnt.ok) return err({ kind: "unavailable", part: learnt.error.source });
  const sides = redeciders.map((redecider): Side => {
    const decided = buildDecision({
      config: redecider.config,
      event: one.event,
      facts: { values: redecider.factsOf(one), marks: new Map() },
      warnings: stored.answer.warnings,
      model: { ...stored.answer.model, probability: one.probability, outOfRange: stored.outOfRange },
      degraded: one.degraded,
      hits: one.hits,
      listsVersion: stored.answer.versions.lists,
      guard: null,
      decisionId: stored.answer.decision_id,
      nowMs: stored.decidedAtMs,
      livemode: one.livemode,
      recovered: stored.recovered,
      explain: true,
    });
    return { ...told(decided, redecider.config, one.event), lacking: redecider.redecide(one).lacking };
  });
  const [byDraft, byLive = null] = sides;
  if (byDraft === undefined) throw new Error("a draft was given, so there is a side for it");
  return ok({ event: one.event, draft: byDraft, live: byLive, recorded: stored.answer });
}

function told({ stored, explanation }: Decided, { ruleset, catalogue }: CompiledConfig, event: CanonicalEvent): Omit<Side, "lacking"> {
  const values = catalogue.slots.map(({ name }) => stored.facts.values[name]);
  const { fired, unknown } = ruleset.evaluate(values, event.transactionType ?? event.type);
  const idsOf = (indexes: readonly number[]) => new Set(indexes.flatMap((index) => ruleset.rules[index]?.id ?? []));
  return { answer: stored.answer, explanation, fired: idsOf(fired), unknown: idsOf(unknown) };
}

/** The decision's event: from Postgres, or from the claim while the consumer has not moved it yet. */
async function findEvent(services: Services, id: string, world: World): Promise<Result<CanonicalEvent, Refusal>> {
  const recorded = await services.records.findEvent(id, world === "live", BUDGET_MS);
  if (recorded.ok && recorded.value !== null) return ok(recorded.value);
  const claimed = await services.velocity[world].eventOf(id, BUDGET_MS);
  if (claimed.ok && claimed.value !== null) return ok(claimed.value);
  if (!recorded.ok) return err({ kind: "unavailable", part: recorded.error.source });
  return err({ kind: "not_found", detail: `the event of \`${id.slice(0, 128)}\` is not recorded any more` });
}

function toCase({ answer, facts, decidedAtMs }: StoredDecision, event: CanonicalEvent, world: World): StoredCase {
  const stage = answer.stage ?? "";
  return {
    decisionId: answer.decision_id,
    decidedAtMs,
    event: { ...event, stage },
    isOwnEvent: event.stage === stage,
    facts,
    probability: answer.fraud_probability,
    degraded: answer.degraded,
    hits: pastHits(answer.decided_by ?? null),
    before: { outcome: answer.outcome, rules: answer.rules.map((rule) => rule.id) },
    truth: "unlabelled",
    seq: answer.versions.seq,
    featuresHash: answer.versions.features ?? "",
    livemode: world === "live",
  };
}
