import * as z from "zod";
import { AutomaticBlock } from "./automatic-blocks.ts";
import { DecidedBy } from "./decided-by.ts";
import { OUTCOMES } from "./outcome.ts";
import { RISK_LEVELS } from "./score.ts";

const Scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** A rule that fired, with the values it read (money in major units, times as ISO 8601; `null` is absent). */
export const FiredRule = z.object({
  id: z.string(),
  name: z.string(),
  points: z.number(),
  mode: z.enum(["live", "shadow"]),
  values: z.record(z.string(), Scalar),
});
export type FiredRule = z.infer<typeof FiredRule>;

/** A live rule that is unknown, and what it lacks; `would_be` is the outcome had this rule alone been true, where that is another one. */
const UnknownRule = z.object({ id: z.string(), missing: z.array(z.string()), would_be: z.enum(OUTCOMES).optional() });

export const Warning = z.object({ code: z.string(), path: z.string(), message: z.string() });

/** What a caller gets for one transaction: S3.2's fields first, then ours. */
export const DecisionAnswer = z.object({
  transaction_id: z.string(),
  is_fraud: z.boolean(),
  fraud_probability: z.number().min(0).max(1),
  risk_level: z.enum(RISK_LEVELS),
  risk_score: z.number().min(0).max(100),
  confidence: z.number().min(0).max(1),
  recommendations: z.array(z.string()),
  requires_3d_secure: z.boolean(),
  should_block: z.boolean(),
  timestamp: z.string(),
  decision_id: z.string(),
  stage: z.string().optional(),
  outcome: z.enum(OUTCOMES),
  /** Left out by decisions from before it was recorded. */
  decided_by: DecidedBy.optional(),
  /** Rules and score would have blocked; the guard of the block rate made it a review. */
  held_back: z.literal(true).optional(),
  /** Of a block by rules and score, held back or not: the fewest rules without which it would be none; empty when the model alone blocks. */
  decisive_rules: z.array(z.string()).optional(),
  reasons: z.array(z.string()),
  rules: z.array(FiredRule),
  /** Live rules that a missing value left neither true nor false. A plain answer names those with `would_be`, an explained one and the record all. */
  unknown_rules: z.array(UnknownRule),
  /** How many there are in all; left out by decisions from before it was recorded. */
  unknown_rule_count: z.int().optional(),
  degraded: z.array(z.string()),
  warnings: z.array(Warning),
  model: z.object({
    name: z.string().nullable(),
    version: z.string().nullable(),
    status: z.enum(["scored", "not_applicable", "loading", "failed", "none"]),
  }),
  versions: z.object({
    seq: z.number(),
    ruleset: z.string(),
    /** Left out of a plain answer: `seq` names it. */
    features: z.string().optional(),
    lists: z.string().nullable(),
    model: z.string().nullable(),
  }),
  livemode: z.boolean(),
});
export type DecisionAnswer = z.infer<typeof DecisionAnswer>;

/**
 * The answer as a call gets it that asked for no explanation, about 1 KB: without the unknown rules that could not have changed its outcome, of which
 * a decision from before they were told apart keeps all.
 */
export function plainAnswer(answer: DecisionAnswer): DecisionAnswer {
  const { features: _, ...versions } = answer.versions;
  const isToldApart = answer.unknown_rule_count !== undefined;
  const unknownRules = isToldApart ? answer.unknown_rules.filter(({ would_be }) => would_be !== undefined) : answer.unknown_rules;
  return { ...answer, unknown_rules: unknownRules, versions };
}

/** What the model said, or why it said nothing: then p = 0. */
export interface ModelVerdict {
  readonly status: DecisionAnswer["model"]["status"];
  readonly name: string | null;
  readonly version: string | null;
  /** Calibrated probability in [0, 1]. */
  readonly probability: number;
  /** Inputs outside the range seen in training. */
  readonly outOfRange: readonly string[];
}

/** Facts as they are stored with a decision, by feature name in inside units: `null` is absent; missing ones are named apart. */
export const StoredFacts = z.object({
  values: z.record(z.string(), Scalar),
  missing: z.array(z.string()),
  marks: z.record(z.string(), z.object({ quality: z.string().optional(), asOfMs: z.number().optional() })),
});
export type StoredFacts = z.infer<typeof StoredFacts>;

/** A decision with everything it read: what the claim keeps, what Postgres stores, what a repeat gets. */
export const StoredDecision = z.object({
  answer: DecisionAnswer,
  facts: StoredFacts,
  /** Probability and inputs of the model that scored it are in `answer`; this names what lay outside its training range. */
  outOfRange: z.array(z.string()),
  decidedAtMs: z.number(),
  recovered: z.boolean(),
  /** What its rules ask to block; left out when they ask for nothing. */
  automaticBlocks: z.array(AutomaticBlock).optional(),
});
export type StoredDecision = z.infer<typeof StoredDecision>;

/** The decision in a text that we wrote ourselves, unvalidated but for what tells it from a damaged one; null for that. Whole validation costs more than recording. */
export function readStoredDecision(text: string): StoredDecision | null {
  try {
    const stored = JSON.parse(text) as Partial<StoredDecision> | null;
    const { answer, facts, decidedAtMs, outOfRange } = stored ?? {};
    const isWhole = typeof answer?.decision_id === "string" && OUTCOMES.includes(answer.outcome) && Array.isArray(answer.rules);
    return isWhole && typeof facts?.values === "object" && typeof decidedAtMs === "number" && Array.isArray(outOfRange)
      ? (stored as StoredDecision)
      : null;
  } catch {
    return null;
  }
}

/** The answer in a claim: with what it read until Postgres has that, then plain and alone. Throws on a text that is neither. */
export function readAnswer(text: string): { readonly answer: DecisionAnswer; readonly isWhole: boolean } {
  const json: unknown = JSON.parse(text);
  if (typeof json === "object" && json !== null && "answer" in json) return { answer: StoredDecision.parse(json).answer, isWhole: true };
  return { answer: DecisionAnswer.parse(json), isWhole: false };
}
