import type { Vocabulary } from "../features/catalogue.ts";
import type { Facts } from "../features/value.ts";
import type { ListHit } from "../lists/list-hit.ts";
import type { AutoBlock } from "../rules/ruleset.ts";
import type { ModelVerdict } from "./answer.ts";
import type { BlockGuard } from "./block-guard.ts";
import { type CohortMember, cohort } from "./cohort.ts";
import { byList, byRule, type DecidedBy } from "./decided-by.ts";
import { decisiveRules } from "./decisive-rules.ts";
import { judgeRules, type RulesVerdict } from "./judge-rules.ts";
import { judgeLists, type ListVerdict } from "./list-verdict.ts";
import { atLeast, type Outcome, type OutcomeBound, outcomeOfScore, type Thresholds } from "./outcome.ts";
import { recommend } from "./recommend.ts";
import { confidence, type RiskLevel, riskLevel, riskScore } from "./score.ts";

/** What `decide` needs to know of a rule. */
export interface DecidingRule {
  readonly id: string;
  readonly name: string;
  readonly reason: string;
  readonly severity: string;
  readonly mode: "live" | "shadow" | "off";
  /** Points, −100…100. */
  readonly score: number;
  readonly outcome?: OutcomeBound | undefined;
  /** Percent of cohorts it acts on, and percent of cohorts it may not block. */
  readonly rollout?: number | undefined;
  readonly holdout?: number | undefined;
  readonly autoBlock?: AutoBlock | null | undefined;
  readonly recommendation?: string | undefined;
}
export interface Policy extends Thresholds {
  /** Above this amount (minor units) a degraded decision is never better than review. */
  readonly reviewAmountWhenDegradedMinor: number | null;
}
export interface DecideInput {
  readonly amountMinor: number | null;
  readonly facts: Facts;
  readonly vocabulary: Vocabulary;
  readonly policy: Policy;
  /** Rules whose conditions are true, in the ruleset's order, shadow ones included. */
  readonly fired: readonly DecidingRule[];
  /** Entries of all lists, the ruleset's whitelist included, that name an entity of the event. */
  readonly hits: readonly ListHit[];
  /** Whose cohorts rollouts and holdouts go by; null leaves both out: every rule acts in full. */
  readonly member: CohortMember | null;
  /** Turns what rules and score would block into reviews. */
  readonly guard: BlockGuard | null;
  readonly model: ModelVerdict;
  /** Names of the parts that failed. */
  readonly degraded: readonly string[];
}
export interface Decided {
  readonly outcome: Outcome;
  readonly decidedBy: DecidedBy;
  /** Rules and score would have blocked, and the guard of the block rate did not let them. */
  readonly isHeldBack: boolean;
  /** Of a block by rules and score, held back or not: the fewest rules without which it would be none (the model alone: none); null else. */
  readonly decisive: readonly string[] | null;
  readonly score: number;
  readonly level: RiskLevel;
  readonly confidence: number;
  /** Stable codes, most weighty first. */
  readonly reasons: readonly string[];
  /** Live rules that acted, most points first; then shadow rules, and live ones whose rollout leaves this client out. */
  readonly acted: readonly DecidingRule[];
  readonly shadow: readonly DecidingRule[];
  /** Acted rules whose automatic blocks take effect. */
  readonly blocking: readonly DecidingRule[];
  readonly recommendations: readonly string[];
}

/** Below this probability the model is no reason of its own. */
const MODEL_IS_A_REASON_FROM = 0.5;

/** The decision on one event: pure, so it replays bit for bit from stored facts. Precedence is D11's. */
export function decide(input: DecideInput): Decided {
  const { facts, policy, model, member } = input;
  const lists = judgeLists(input.hits);
  const { acted, shadow } = split(input, lists);
  const heldOut = acted.filter((rule) => isHeldOut(rule, member));
  const judged = judgeRules(acted, model.probability, policy);
  const concluded = conclude(input, lists, { acted, heldOut, judged });
  const level = riskLevel(judged.score);
  const isBlockByRules = concluded.isHeldBack || (concluded.outcome === "block" && concluded.decidedBy.kind !== "block_list");
  return {
    ...concluded,
    decisive: isBlockByRules ? (decisiveRules(acted, model.probability, policy) ?? []) : null,
    score: judged.score,
    level,
    confidence: confidence(model.probability, shareKnown(facts, input.vocabulary)),
    reasons: reasonsOf(concluded, acted, model),
    acted,
    shadow,
    blocking: input.guard === null ? acted.filter((rule) => !heldOut.includes(rule)) : [],
    recommendations: recommend(concluded.outcome, level, acted, input.degraded),
  };
}

/**
 * What the outcome would be had a rule that is unknown been true, it alone and all else as it is; null where the outcome would stay.
 * @param unknown live rules; `decided` is what the same input came to
 */
export function outcomesIfTrue(
  input: DecideInput,
  decided: Pick<Decided, "acted" | "outcome">,
  unknown: readonly DecidingRule[],
): readonly (Outcome | null)[] {
  const lists = judgeLists(input.hits);
  const { member, model, policy } = input;
  const heldOut = decided.acted.filter((rule) => isHeldOut(rule, member));
  let points = 0;
  for (const rule of decided.acted) points += rule.score;
  const asked = outcomeOfScore(riskScore(model.probability, points), policy);
  return unknown.map((rule) => {
    if (roleOf(rule, lists, member) !== "acts") return null;
    // Most rules only add points: unless these cross a threshold, nothing else has to be judged anew.
    const isPlain = rule.outcome === undefined && rule.holdout === undefined && heldOut.length === 0;
    if (isPlain && outcomeOfScore(riskScore(model.probability, points + rule.score), policy) === asked) return null;
    const acted = [...decided.acted, rule];
    const { outcome } = conclude(input, lists, {
      acted,
      heldOut: isHeldOut(rule, member) ? [...heldOut, rule] : heldOut,
      judged: judgeRules(acted, model.probability, policy),
    });
    return outcome === decided.outcome ? null : outcome;
  });
}

/** Fired rules that act, most points first, and those that are only recorded. Silenced rules are neither. */
function split({ fired, member }: DecideInput, lists: ListVerdict): { acted: readonly DecidingRule[]; shadow: readonly DecidingRule[] } {
  const acted: DecidingRule[] = [];
  const shadow: DecidingRule[] = [];
  for (const rule of fired) {
    const role = roleOf(rule, lists, member);
    if (role === "acts") acted.push(rule);
    else if (role === "is_recorded") shadow.push(rule);
  }
  return { acted: acted.sort((a, b) => b.score - a.score), shadow };
}

/** What a true rule does in this decision. */
function roleOf(rule: DecidingRule, lists: ListVerdict, member: CohortMember | null): "acts" | "is_recorded" | "is_silent" {
  if (rule.mode === "off") return "is_silent";
  if (rule.mode === "shadow") return "is_recorded";
  if (lists.trustedBy !== null || lists.snoozed.has(rule.id)) return "is_silent";
  const isLeftOut = rule.rollout !== undefined && member !== null && cohort(member, rule.id, "rollout") >= rule.rollout;
  return isLeftOut ? "is_recorded" : "acts";
}

/** Whether the client is one of those whom the rule may not block. */
function isHeldOut({ id, holdout }: DecidingRule, member: CohortMember | null): boolean {
  return holdout !== undefined && member !== null && cohort(member, id, "holdout") < holdout;
}

type Concluded = Pick<Decided, "outcome" | "decidedBy" | "isHeldBack"> & { readonly isCautious: boolean };

interface Judged {
  readonly acted: readonly DecidingRule[];
  readonly heldOut: readonly DecidingRule[];
  readonly judged: RulesVerdict;
}

/** The outcome and what it comes from: lists, then what holds a block back, then caution, then rules and score. */
function conclude(input: DecideInput, lists: ListVerdict, { acted, heldOut, judged }: Judged): Concluded {
  const plain = { isHeldBack: false, isCautious: false };
  if (lists.blockedBy !== null) return { ...plain, outcome: "block", decidedBy: byList(lists.blockedBy) };
  if (lists.trustedBy !== null) return { ...plain, outcome: "allow", decidedBy: byList(lists.trustedBy) };
  if (judged.outcome === "block") {
    const [first] = heldOut;
    const others = first === undefined ? acted : acted.filter((rule) => !heldOut.includes(rule));
    const isLetThrough = first !== undefined && judgeRules(others, input.model.probability, input.policy).outcome !== "block";
    if (isLetThrough) return { ...plain, outcome: "review", decidedBy: byRule("holdout", first) };
    if (input.guard !== null)
      return { ...plain, outcome: "review", decidedBy: { kind: "guard", reason: "block_rate_guard" }, isHeldBack: true };
  }
  const limit = input.policy.reviewAmountWhenDegradedMinor;
  const isCautious = input.degraded.length > 0 && limit !== null && (input.amountMinor ?? 0) > limit;
  const outcome = isCautious ? atLeast(judged.outcome, "review") : judged.outcome;
  if (outcome !== judged.outcome)
    return { ...plain, outcome, decidedBy: { kind: "degraded", reason: "degraded_large_amount" }, isCautious };
  return {
    ...plain,
    outcome,
    decidedBy: judged.rule === null ? { kind: "score", reason: "risk_score" } : byRule("rule", judged.rule),
    isCautious,
  };
}

/** Reasons that go before those of model and rules, by what decided. */
const FIRST_REASONS: Readonly<Partial<Record<DecidedBy["kind"], string>>> = {
  block_list: "blocklisted",
  whitelist: "whitelisted",
  guard: "block_rate_guard",
  holdout: "holdout",
};

function reasonsOf({ decidedBy, isCautious }: Concluded, acted: readonly DecidingRule[], model: ModelVerdict): string[] {
  const reasons = new Set<string>();
  const first = FIRST_REASONS[decidedBy.kind];
  if (first !== undefined) reasons.add(first);
  if (model.probability >= MODEL_IS_A_REASON_FROM) reasons.add("model_score");
  for (const rule of acted) reasons.add(rule.reason);
  if (isCautious) reasons.add("degraded_large_amount");
  return [...reasons];
}

/** The share of declared features that are not missing: absent is known, and a service may have gone unasked because no rule needed it. */
function shareKnown(facts: Facts, vocabulary: Vocabulary): number {
  const total = vocabulary.slots.length;
  if (total === 0) return 1;
  let missing = 0;
  for (const { slot, source } of vocabulary.slots) if (facts.values[slot] === undefined && source !== "service") missing++;
  return (total - missing) / total;
}
