import * as z from "zod";
import { OUTCOMES } from "../decision/outcome.ts";
import { EVENT_TYPES, TRANSACTION_TYPES } from "../event/event.ts";

/** Who a whitelist entry may name; `user` is another word for `client`. */
export const WHITELIST_TYPES = ["ip", "device", "client", "user", "dest", "card", "email", "phone"] as const;
/** What an automatic block may be put on. */
export const BLOCK_TARGETS = ["ip", "device", "client", "user", "dest", "card", "email", "phone"] as const;
export const SEVERITIES = ["low", "medium", "high", "critical"] as const;
export type Severity = (typeof SEVERITIES)[number];
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
  for: Duration.optional().meta({ description: "default 24h" }),
  collision: z
    .enum(["review", "ignore"])
    .optional()
    .meta({ description: "what happens when the address has other active users (default review)" }),
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
