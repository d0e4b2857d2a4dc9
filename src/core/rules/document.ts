import * as z from "zod";
import { OUTCOMES } from "../decision/outcome.ts";
import { EVENT_TYPES, TRANSACTION_TYPES } from "../event/event.ts";

/** Who a whitelist entry may name; `user` is another word for `client`. */
export const WHITELIST_TYPES = ["ip", "device", "client", "user", "dest", "card", "email", "phone"] as const;
/** What an automatic block may be put on. */
export const BLOCK_TARGETS = ["ip", "device", "client", "user", "dest", "card", "email", "phone"] as const;
export const SEVERITIES = ["low", "medium", "high", "critical"] as const;
/** What happens when a version blocks more than its `maxBlockRate`. */
export const BREACH_ACTIONS = ["review", "rollback"] as const;
export const MODES = ["live", "shadow", "off"] as const;

/** A condition's own grammar depends on the declared features: `checkCondition` checks it, the generated JSON schema describes it. */
export const Condition = z
  .unknown()
  .meta({ id: "condition", description: "all, any, none, not, or features with their tests; several keys mean all of them" });

const Words = z.string().trim().min(1, "must not be empty");
const Code = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, "must be lower-case words joined by underscores, such as `card_testing`");
const Id = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, "must begin with a letter and hold letters, digits, `_` and `-`");
const Duration = z.string().regex(/^\d{1,9}(ms|s|m|h|d)$/, 'must be a duration such as `"24h"`');
const Points = z.number().min(0).max(100);

export const OnDocument = z
  .array(z.enum([...EVENT_TYPES, ...TRANSACTION_TYPES]))
  .min(1, "must name at least one type")
  .meta({ description: "event or transaction types; `transaction` is every transaction type" });

export const PolicyDocument = z.strictObject({
  challengeAt: Points.optional().meta({ description: "score from which 3-D Secure is asked for (default 50)" }),
  reviewAt: Points.optional().meta({ description: "score from which a person looks (default 65)" }),
  blockAt: Points.max(80, "must be at most 80: CRITICAL blocks")
    .optional()
    .meta({ description: "score from which it is refused (default and maximum 80)" }),
  reviewAmountWhenDegraded: z
    .number()
    .min(0)
    .optional()
    .meta({ description: "major units: above it a degraded decision is never better than review" }),
  maxBlockRate: z
    .number()
    .min(0)
    .max(1, "must be a share from 0 to 1: `0.1` is 10 % of the decisions")
    .optional()
    .meta({ description: "share of decisions within five minutes that rules and score may block; beyond it `onBreach` acts" }),
  blockRateMinDecisions: z
    .int()
    .min(1)
    .max(1_000_000)
    .optional()
    .meta({ description: "decisions within the five minutes below which the share says nothing (default 100)" }),
  onBreach: z
    .enum(BREACH_ACTIONS)
    .optional()
    .meta({ description: "blocks become reviews (default), and with `rollback` the version before comes back as well" }),
  requireApproval: z.boolean().optional().meta({ description: "a publish waits for another person's approval (default false)" }),
  collisionWindow: Duration.optional().meta({
    description: "how long ago another user's activity on an address still keeps it from being blocked automatically (default 30m)",
  }),
});

export const WhitelistDocument = z.strictObject({
  type: z.enum(WHITELIST_TYPES),
  value: Words.meta({ description: "an address or network for ip, else the id" }),
  reason: Words,
  expiresAt: z.string().optional().meta({ description: "ISO 8601 with a zone; never when left out" }),
  rules: z
    .array(z.string())
    .min(1, "must name at least one rule")
    .optional()
    .meta({ description: "only these rules are silenced; all when left out" }),
});

export const AutoBlockDocument = z.strictObject({
  target: z.enum(BLOCK_TARGETS).optional().meta({ description: "default ip" }),
  for: Duration.optional().meta({ description: "every block lasts this long; without it the blocks of a target grow longer" }),
  escalate: z
    .array(Duration)
    .min(1, "must name at least one duration")
    .max(10, "must be at most 10 durations")
    .optional()
    .meta({ description: 'what the first, second, … block of the same target lasts (default `["1h", "24h", "7d"]`)' }),
  collision: z
    .enum(["review", "ignore"])
    .optional()
    .meta({ description: "what happens when the address has other active users (default review)" }),
  note: Words.optional().meta({ description: "why collisions are ignored; the rule's own note does as well" }),
});

export const OutcomeDocument = z.strictObject({ atLeast: z.enum(OUTCOMES).optional(), atMost: z.enum(OUTCOMES).optional() });

export const RuleDocument = z.strictObject({
  id: Id,
  name: Words,
  reason: Code.meta({ description: "stable code for callers" }),
  severity: z.enum(SEVERITIES),
  mode: z.enum(MODES).optional().meta({ description: "default live" }),
  score: z.number().min(-100).max(100).optional().meta({ description: "points, −100 to 100 (default 0)" }),
  on: OnDocument.optional(),
  rollout: z
    .int()
    .min(1)
    .max(100)
    .optional()
    .meta({ description: "percent of clients a live rule acts on, always the same ones; for the others it is shadow (default 100)" }),
  holdout: z
    .number()
    .gt(0, "must be above 0")
    .max(50)
    .optional()
    .meta({ description: "percent of clients whom the rule may not block: they are reviewed, so that its precision can be measured" }),
  conditions: Condition,
  outcome: OutcomeDocument.optional(),
  autoBlock: z.union([z.boolean(), AutoBlockDocument]).optional(),
  note: Words.optional(),
  recommendation: Words.optional().meta({ description: "a sentence for whoever handles the case" }),
});

/** One ruleset file as analysts write it. Strict: an unknown key is a fault. */
export const RulesetDocument = z.strictObject({
  $schema: z.string().optional(),
  name: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, "must be lower-case letters, digits and `-`: it prefixes every id"),
  on: OnDocument.optional(),
  policy: PolicyDocument.optional(),
  define: z.record(z.string(), Condition).optional().meta({ description: "named conditions, used as boolean features" }),
  whitelist: z.array(WhitelistDocument).optional(),
  rules: z.array(RuleDocument),
});
export type RulesetDocument = z.infer<typeof RulesetDocument>;
