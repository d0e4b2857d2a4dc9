import * as z from "zod";
import { ENTITY_KINDS } from "../event/entity.ts";
import { EVENT_TYPES, TRANSACTION_TYPES } from "../event/event.ts";
import { REPORT_TYPES } from "../reports/report.ts";
import { Condition, SEVERITIES } from "../rules/document.ts";

/** Events without a decision that a trigger may count. */
export const TRAFFIC_TYPES = ["click", "conversion", "register", "login", "profile_change"] as const;
export type TrafficType = (typeof TRAFFIC_TYPES)[number];

/** Whose events are counted. */
export const TRAFFIC_ENTITIES = ["ip", "device", "client"] as const;
export type TrafficEntity = (typeof TRAFFIC_ENTITIES)[number];

/** So many events of an entity are read around a new one; a threshold beyond could never be reached. */
export const MOST_EVENTS_READ = 500;

const common = {
  id: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, "must be lower-case words joined by underscores, such as `card_testing`"),
  /** What the report says was found: a sentence's beginning. */
  name: z.string().trim().min(1, "must not be empty").max(200),
  report: z.enum(REPORT_TYPES),
  severity: z.enum(SEVERITIES),
  enabled: z.boolean().optional().meta({ description: "default true" }),
  note: z.string().trim().min(1, "must not be empty").optional(),
};

/** Opens a report about a decision: everything it says must hold. Of several triggers the first in the file opens it, so the most specific stands first. */
export const DecisionTriggerDocument = z.strictObject({
  ...common,
  about: z
    .array(z.enum(ENTITY_KINDS))
    .min(1, "must name at least one entity")
    .meta({ description: "the first of these that the event has" }),
  on: z
    .array(z.enum([...EVENT_TYPES, ...TRANSACTION_TYPES]))
    .min(1, "must name at least one type")
    .optional(),
  conditions: Condition.optional(),
  blocked: z.literal(true).optional().meta({ description: "rules or score blocked it, also where the guard held the block back" }),
  riskScore: z.number().min(0).max(100).optional().meta({ description: "the score is at least this" }),
});

const Step = z.strictObject({ event: z.enum(TRAFFIC_TYPES), status: z.enum(["success", "failed"]).optional() });

/** Opens a report about an entity whose events within a window reach a figure. */
export const EventTriggerDocument = z.strictObject({
  ...common,
  about: z.enum(TRAFFIC_ENTITIES),
  event: z.enum(TRAFFIC_TYPES).meta({ description: "what is counted" }),
  status: z.enum(["success", "failed"]).optional(),
  window: z.string().regex(/^\d{1,9}(s|m|h|d)$/, 'must be a duration such as `"24h"`'),
  atLeast: z.int().min(2, "must be at least 2: one event is no pattern").max(MOST_EVENTS_READ, `must be at most ${MOST_EVENTS_READ}`),
  distinct: z.enum(["client", "device", "ip", "email"]).optional().meta({ description: "counts different values instead of events" }),
  per: z
    .enum(["click", "impression"])
    .optional()
    .meta({ description: "of what the count is a share: clicks, or the impressions clicks tell of" }),
  above: z.number().gt(0).lt(1).optional().meta({ description: "what the share surely exceeds: the lower end of its 95 % interval" }),
  followedBy: z.array(Step).min(1).max(4).optional().meta({ description: "what must follow, in this order, within the window" }),
});

/** `rules/triggers.json`. Strict: an unknown key is a fault. */
export const TriggersDocument = z.strictObject({
  decisions: z.array(DecisionTriggerDocument).max(100),
  events: z.array(EventTriggerDocument).max(100),
});
export type TriggersDocument = z.infer<typeof TriggersDocument>;
