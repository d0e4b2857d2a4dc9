import * as z from "zod";
import { DIMENSIONS, ENTITY_KINDS } from "../event/entity.ts";
import { EVENT_TYPES } from "../event/event.ts";
import { CheckName } from "../external-checks/check-name.ts";
import { ADDRESS_MEASURES, ARITHMETIC, DEVICE_SIGNALS } from "./declaration.ts";
import { FEATURE_TYPES } from "./value.ts";

const Duration = z.string().regex(/^\d{1,9}(ms|s|m|h|d)$/, 'must be a duration such as `"24h"`');
const Name = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, "must be lower-case words joined by underscores, such as `login_count_1h`");
const Entity = z.enum(ENTITY_KINDS);
const Types = z.enum(EVENT_TYPES);
const Scalar = z.union([z.number(), z.string(), z.boolean()]);

/** What any feature may say besides its operator. */
const Common = {
  note: z.string().optional(),
  default: z
    .union([Scalar, z.strictObject({ feature: Name })])
    .optional()
    .meta({ description: "stands in when the value is absent: a literal of the feature's type, or another feature" }),
};
/** Whose history is read, and which part of it. */
const History = {
  event: z
    .union([Types, z.array(Types).min(1)])
    .optional()
    .meta({ description: "event types; all when left out" }),
  by: z.union([Entity, z.tuple([Entity, z.enum(DIMENSIONS)])]).meta({ description: "the entity whose history is read, or a pair" }),
  as: Entity.optional().meta({ description: "reads the history of `by`'s value in another role" }),
  where: z.unknown().optional().meta({ description: "a condition over the events read" }),
  self: z.boolean().optional().meta({ description: "whether the event being decided counts" }),
  source: z.enum(["log", "postgres"]).optional(),
  ...Common,
};
const Window = { window: Duration.optional().meta({ description: '(t − window, t], from `"1s"` to `"30d"`' }) };
const AmountOnly = { of: z.literal("amount").optional() };

const Term = z.union([Name, z.number()]);
const Typed = { type: z.enum(FEATURE_TYPES) };

/** One declared feature, by operator (S2.1, S2.2 and the language of architecture.md section 4). */
export const FeatureDocument = z.discriminatedUnion("op", [
  z.strictObject({ op: z.literal("count"), ...History, ...Window }),
  z.strictObject({ op: z.enum(["sum", "avg", "max", "min", "std", "median"]), ...AmountOnly, ...History, ...Window }),
  z.strictObject({ op: z.literal("quantile"), q: z.number().gt(0).lt(1), ...AmountOnly, ...History, ...Window }),
  z.strictObject({ op: z.literal("share"), ...History, ...Window }),
  z.strictObject({ op: z.enum(["countDistinct", "crossDimensionCount"]), of: z.enum(DIMENSIONS), ...History, ...Window }),
  z.strictObject({ op: z.literal("velocity"), threshold: z.number().min(0), ...History, ...Window }),
  z.strictObject({ op: z.enum(["firstSeen", "lastSeen"]), ...History, ...Window }),
  z.strictObject({
    op: z.literal("timeSince"),
    since: z.enum(["first", "last"]).optional(),
    unit: Duration,
    type: z.enum(["ratio", "count"]).optional(),
    ...History,
    ...Window,
  }),
  z.strictObject({ op: z.literal("field"), path: z.string().min(1).max(200), ...Typed, ...Common }),
  z.strictObject({
    op: z.enum(ARITHMETIC),
    of: z.union([Term, z.array(Term).min(1).max(16)]),
    type: z.enum(FEATURE_TYPES).optional(),
    ...Common,
  }),
  z.strictObject({
    op: z.literal("compare"),
    left: Name,
    eq: Scalar.optional(),
    ne: Scalar.optional(),
    gt: Scalar.optional(),
    gte: Scalar.optional(),
    lt: Scalar.optional(),
    lte: Scalar.optional(),
    ...Common,
  }),
  z.strictObject({ op: z.literal("calendar"), part: z.enum(["hour", "weekday"]), zone: z.string().max(64).optional(), ...Common }),
  z.strictObject({ op: z.literal("distance"), measure: z.enum(["km", "km/h"]), by: Entity, ...Common }),
  z.strictObject({
    op: z.literal("behaviour"),
    column: z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, "must be a column of `behavioral_patterns`"),
    ...Typed,
    ...Common,
  }),
  z.strictObject({ op: z.literal("profileLookup"), field: z.string().min(1).max(64), ...Typed, ...Common }),
  z.strictObject({ op: z.literal("featureStoreLookup"), by: Entity, key: z.string().min(1).max(64), ...Typed, ...Common }),
  z.strictObject({ op: z.literal("serviceLookup"), service: CheckName, key: z.string().min(1).max(64), ...Typed, ...Common }),
  z.strictObject({ op: z.literal("deviceSignal"), signal: z.enum(DEVICE_SIGNALS), ...Common }),
  z.strictObject({ op: z.enum(["emailDomain", "disposableEmail"]), of: Name, ...Common }),
  z.strictObject({ op: z.literal("addressIntelligence"), measure: z.enum(ADDRESS_MEASURES), ...Common }),
  z.strictObject({ op: z.literal("unusualCountry"), of: Name, ...Common }),
  z.strictObject({ op: z.literal("differs"), of: z.tuple([Name, Name]), ...Common }),
]);
export type FeatureDocument = z.infer<typeof FeatureDocument>;

export const OPERATORS_OF_FEATURES: readonly string[] = FeatureDocument.options.flatMap((option) => {
  const { op } = option.shape;
  return op instanceof z.ZodEnum ? op.options : [...op.values];
});

/** The keys an operator takes, for the nearest name to one it does not know. */
export function keysOfOperator(operator: string): string[] {
  for (const option of FeatureDocument.options) {
    const { op } = option.shape;
    const names: readonly string[] = op instanceof z.ZodEnum ? op.options : [...op.values];
    if (names.includes(operator)) return Object.keys(option.shape);
  }
  return [];
}
