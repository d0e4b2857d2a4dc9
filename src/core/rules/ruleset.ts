import * as z from "zod";
import { OUTCOMES } from "../decision/outcome.ts";
import { ENTITY_KINDS } from "../event/entity.ts";
import { EVENT_TYPES, TRANSACTION_TYPES } from "../event/event.ts";
import { err, ok, type Result } from "../result.ts";
import type { ConditionNode } from "./condition.ts";
import { BREACH_ACTIONS, MODES, SEVERITIES } from "./document.ts";
import type { Fault } from "./fault.ts";
import { findHazard } from "./json-hazard.ts";
import { OPERATORS } from "./operators.ts";

const Literal = z.union([z.number(), z.string(), z.boolean()]);
const Operand = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("literal"), value: Literal }),
  z.strictObject({ kind: z.literal("list"), values: z.array(Literal) }),
  z.strictObject({ kind: z.literal("feature"), name: z.string(), times: z.number(), plus: z.number(), or: Literal.nullable() }),
]);
const Node: z.ZodType<ConditionNode> = z.lazy(() =>
  z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.enum(["all", "any"]), of: z.array(Node), path: z.string() }),
    z.strictObject({ kind: z.literal("not"), of: Node, path: z.string() }),
    z.strictObject({
      kind: z.literal("test"),
      name: z.string(),
      operator: z.enum(OPERATORS),
      operand: Operand,
      or: Literal.nullable(),
      path: z.string(),
    }),
  ]),
);

/** Event and transaction types a rule acts on; `transaction` is every transaction type. */
export const RULE_KINDS = [...EVENT_TYPES, ...TRANSACTION_TYPES] as const;
export type RuleKind = (typeof RULE_KINDS)[number];

export const AutoBlock = z.strictObject({
  target: z.enum(ENTITY_KINDS),
  /** How long the first block of a target lasts. */
  forMs: z.int().positive(),
  /** How long the second, third, … one lasts, the last figure from then on; empty when every block lasts `forMs`. */
  escalateMs: z.array(z.int().positive()).default([]),
  /** What happens when the address has other active users: a person reviews, or it is blocked all the same. */
  collision: z.enum(["review", "ignore"]),
  /** Why collisions are ignored, where the rule's own note does not say it. */
  note: z.string().optional(),
});
export type AutoBlock = z.infer<typeof AutoBlock>;

export const Rule = z.strictObject({
  /** Prefixed with its file's name: `transfer/R1`. */
  id: z.string(),
  name: z.string(),
  /** Stable code for callers. */
  reason: z.string(),
  severity: z.enum(SEVERITIES),
  mode: z.enum(MODES),
  /** Points, −100…100. */
  score: z.number(),
  on: z.array(z.enum(RULE_KINDS)),
  /** Percent of clients a live rule acts on, by their cohort; all when left out. */
  rollout: z.number().optional(),
  /** Percent of clients whom it lets through as review instead of blocking them. */
  holdout: z.number().optional(),
  condition: Node,
  outcome: z.strictObject({ atLeast: z.enum(OUTCOMES).optional(), atMost: z.enum(OUTCOMES).optional() }).optional(),
  autoBlock: AutoBlock.nullable(),
  note: z.string().optional(),
  recommendation: z.string().optional(),
});
export type Rule = z.infer<typeof Rule>;

export const Policy = z.strictObject({
  challengeAt: z.number(),
  reviewAt: z.number(),
  blockAt: z.number(),
  /** Above this amount (minor units) a degraded decision is never better than review. */
  reviewAmountWhenDegradedMinor: z.number().nullable(),
  // What follows has defaults, so that versions published before it was there still parse.
  /** Share of decisions, in [0, 1], that rules and score may block within five minutes; null for no limit. */
  maxBlockRate: z.number().nullable().default(null),
  /** Fewer decisions than this within five minutes are no breach. */
  blockRateMinDecisions: z.int().positive().default(100),
  /** Beyond `maxBlockRate` blocks become reviews; with `rollback` the version before comes back as well. */
  onBreach: z.enum(BREACH_ACTIONS).default("review"),
  /** Whether a publish waits for the approval of another person than its author. */
  requireApproval: z.boolean().default(false),
  /** Activity of another client within this time before the event keeps an address from being blocked automatically. */
  collisionWindowMs: z.int().positive().default(1_800_000),
});
export type Policy = z.infer<typeof Policy>;

export const WhitelistEntry = z.strictObject({
  type: z.enum(ENTITY_KINDS),
  /** The id in the events' canonical form; for `ip` an address or a network. */
  value: z.string(),
  reason: z.string(),
  expiresAtMs: z.number().nullable(),
  /** Full ids of the rules it silences; null for all of them and for blocks of this entity. */
  rules: z.array(z.string()).nullable(),
});
export type WhitelistEntry = z.infer<typeof WhitelistEntry>;

/**
 * The published form: all files merged and normalised, in inside units, JSON-serialisable, the same text for the same input.
 * `defines` come after the defines they use.
 */
export const Ruleset = z.strictObject({
  format: z.literal(1),
  files: z.array(z.string()),
  policy: Policy,
  defines: z.array(z.strictObject({ name: z.string(), condition: Node })),
  whitelist: z.array(WhitelistEntry),
  rules: z.array(Rule),
});
export type Ruleset = z.infer<typeof Ruleset>;

/** A normalised condition nests at most two levels for each level of the document, and operands two more. */
const DEPTH_LIMIT = 150;

/** Reads a published ruleset back; faults name what is damaged. Never throws. */
export function parseRuleset(text: string): Result<Ruleset, readonly Fault[]> {
  const fault = (path: string, message: string): Fault => ({ code: "damaged", path, message });
  if (findHazard(text, DEPTH_LIMIT)?.kind === "depth") return err([fault("", "nested too deeply")]);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return err([fault("", "not valid JSON")]);
  }
  const parsed = Ruleset.safeParse(value);
  return parsed.success ? ok(parsed.data) : err(parsed.error.issues.map((issue) => fault(issue.path.join("."), issue.message)));
}
