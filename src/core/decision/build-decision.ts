import type { CompiledConfig } from "../config/compile.ts";
import type { CanonicalEvent } from "../event/event.ts";
import type { InputFault } from "../event/lenient.ts";
import type { Facts } from "../features/value.ts";
import type { ListHit } from "../lists/list-hit.ts";
import type { ExplainedNode } from "../rules/explain.ts";
import { rulesAt } from "../rules/rules-at.ts";
import type { DecisionAnswer, FiredRule, ModelVerdict, StoredDecision } from "./answer.ts";
import { automaticBlocks } from "./automatic-blocks.ts";
import type { BlockGuard } from "./block-guard.ts";
import { type DecideInput, type DecidingRule, decide, outcomesIfTrue } from "./decide.ts";
import { forcedResult, forceOutcome } from "./forced-outcome.ts";
import { presentFacts, presentValue, storeFacts } from "./present.ts";
import { round } from "./score.ts";
import { whitelistHits } from "./whitelist-hits.ts";

export interface DecisionInput {
  readonly config: CompiledConfig;
  readonly event: CanonicalEvent;
  readonly facts: Facts;
  readonly warnings: readonly InputFault[];
  readonly model: ModelVerdict;
  readonly degraded: readonly string[];
  /** Entries of the block list and the whitelist that name an entity of the event and are in force. */
  readonly hits: readonly ListHit[];
  /** Which address lists were asked; null or left out for none. */
  readonly listsVersion?: string | null;
  /** Holds back what this version would block; null while it blocks no more than it may. */
  readonly guard: BlockGuard | null;
  readonly decisionId: string;
  readonly nowMs: number;
  readonly livemode: boolean;
  readonly recovered: boolean;
  readonly explain: boolean;
}
/** What `explain=true` adds. */
export interface Explanation {
  /** Every fact by name; `null` is absent, a missing one is left out. */
  readonly features: Readonly<Record<string, string | number | boolean | null>>;
  /** What is not exact, and when cached aggregates were computed. */
  readonly marks: Readonly<Record<string, { readonly quality?: string; readonly as_of?: string }>>;
  readonly rule_trees: readonly { readonly id: string; readonly mode: string; readonly tree: ExplainedNode }[];
}

/** One event's facts to its decision, as answered and as stored; deterministic but for the id and time it is given. */
export function buildDecision(input: DecisionInput): { readonly stored: StoredDecision; readonly explanation: Explanation } {
  const { config, event, facts, model } = input;
  const { ruleset, catalogue } = config;
  const { fired, unknown } = ruleset.evaluate(facts.values, event.transactionType ?? event.type);
  const rules = ruleset.rules;
  const listed = whitelistHits(config.whitelist, event, input.nowMs);
  const given: DecideInput = {
    amountMinor: event.amountMinor,
    facts,
    vocabulary: catalogue,
    policy: ruleset.policy,
    fired: rulesAt(rules, fired),
    hits: listed.length === 0 ? input.hits : [...listed, ...input.hits],
    member: event,
    guard: input.guard,
    model,
    degraded: input.degraded,
  };
  const decided = forceOutcome(decide(given), forcedResult(input.livemode ? "live" : "test", event), input.degraded);
  const blocks = automaticBlocks(decided.blocking, event.dimensions);
  const told = (rule: DecidingRule, mode: FiredRule["mode"]): FiredRule => ({
    id: rule.id,
    name: rule.name,
    points: rule.score,
    mode,
    values: readValues(config, rule.id, facts),
  });
  const undecided = rulesAt(rules, unknown).filter(({ mode }) => mode === "live");
  const wouldBe = decided.decidedBy.kind === "test_device" ? [] : outcomesIfTrue(given, decided, undecided);
  const unknownRules = undecided.map((rule, at): DecisionAnswer["unknown_rules"][number] => {
    const missing = [...ruleset.missing(rule, facts.values)];
    const outcome = wouldBe[at];
    return outcome == null ? { id: rule.id, missing } : { id: rule.id, missing, would_be: outcome };
  });
  const answer: DecisionAnswer = {
    transaction_id: event.id,
    is_fraud: decided.outcome === "block",
    fraud_probability: round(model.probability, 6),
    risk_level: decided.level,
    risk_score: decided.score,
    confidence: decided.confidence,
    recommendations: [...decided.recommendations],
    requires_3d_secure: decided.outcome === "challenge",
    should_block: decided.outcome === "block",
    timestamp: new Date(event.occurredAtMs).toISOString(),
    decision_id: input.decisionId,
    ...(event.stage === "" ? {} : { stage: event.stage }),
    outcome: decided.outcome,
    decided_by: decided.decidedBy,
    ...(decided.isHeldBack ? { held_back: true } : {}),
    ...(decided.decisive === null ? {} : { decisive_rules: [...decided.decisive] }),
    reasons: [...decided.reasons],
    rules: [...decided.acted.map((rule) => told(rule, "live")), ...decided.shadow.map((rule) => told(rule, "shadow"))],
    unknown_rules: unknownRules,
    unknown_rule_count: unknownRules.length,
    degraded: [...input.degraded],
    warnings: [...input.warnings],
    model: { name: model.name, version: model.version, status: model.status },
    versions: {
      seq: config.seq,
      ruleset: config.rulesetHash,
      features: config.featuresHash,
      lists: input.listsVersion ?? null,
      model: model.version === null ? null : `${model.name}/${model.version}`,
    },
    livemode: input.livemode,
  };
  return {
    stored: {
      answer,
      facts: storeFacts(facts, catalogue),
      outOfRange: [...model.outOfRange],
      decidedAtMs: input.nowMs,
      recovered: input.recovered,
      ...(blocks.length === 0 ? {} : { automaticBlocks: [...blocks] }),
    },
    explanation: input.explain ? explain(config, facts) : { features: {}, marks: {}, rule_trees: [] },
  };
}

function readValues(config: CompiledConfig, ruleId: string, facts: Facts): FiredRule["values"] {
  const values: FiredRule["values"] = {};
  for (const name of config.ruleset.namesReadBy(ruleId)) {
    const slot = config.catalogue.byName.get(name);
    if (slot !== undefined) values[name] = presentValue(facts.values[slot.slot], slot.type, config.currencyExponent);
  }
  return values;
}

function explain(config: CompiledConfig, facts: Facts): Explanation {
  const marks: Record<string, { quality?: string; as_of?: string }> = {};
  for (const [slot, mark] of facts.marks) {
    const name = config.catalogue.slots[slot]?.name;
    if (name === undefined) continue;
    marks[name] = {
      ...(mark.quality === undefined ? {} : { quality: mark.quality }),
      ...(mark.asOfMs === undefined ? {} : { as_of: new Date(mark.asOfMs).toISOString() }),
    };
  }
  return {
    features: presentFacts(facts, config.catalogue, config.currencyExponent),
    marks,
    rule_trees: config.ruleset.rules.map((rule) => ({ id: rule.id, mode: rule.mode, tree: config.ruleset.explain(rule, facts.values) })),
  };
}
