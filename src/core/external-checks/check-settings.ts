import * as z from "zod";
import { depthWithin, JSON_PATH } from "./json-path.ts";
import { PostbackSettings } from "./postback-settings.ts";

const AnswerKey = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, "must be lower-case words joined by underscores, such as `risk_score`");
export const JsonPath = z.string().regex(JSON_PATH, "must be a path such as `data.risk.score`");

/** One value of an answer, by the key that features read it under. */
const AnswerValue = z.strictObject({
  path: JsonPath,
  type: z.enum(["number", "text", "boolean"]),
  /** May be left out of an answer; it is absent then. */
  optional: z.boolean().default(false),
});
export type AnswerValue = z.infer<typeof AnswerValue>;

const BODY_CHARACTERS = 8_000;
const BODY_LEVELS = 16;
const atMost = (most: number) => (value: object) => Object.keys(value).length <= most;

/**
 * How an external service is asked about an event, and what its answer means. Texts hold placeholders (`template.ts`); no secret stands in them.
 */
export const CheckSettings = z.strictObject({
  url: z.string().min(1).max(2_000),
  method: z.enum(["GET", "POST"]).default("GET"),
  headers: z
    .record(z.string().regex(/^[A-Za-z0-9-]{1,64}$/, "must be a header's name"), z.string().max(1_000))
    .refine(atMost(20), { error: "holds at most 20 headers" })
    .default({}),
  /** Sent as JSON with POST; a member whose placeholder may be absent and is, is left out. */
  body: z
    .record(z.string(), z.unknown())
    .refine((body) => depthWithin(body, BODY_LEVELS), { error: `nests at most ${BODY_LEVELS} levels deep`, abort: true })
    .refine((body) => JSON.stringify(body).length <= BODY_CHARACTERS, { error: `holds at most ${BODY_CHARACTERS} characters` })
    .nullable()
    .default(null),
  answers: z
    .record(AnswerKey, AnswerValue)
    .refine(atMost(50), { error: "holds at most 50 values" })
    .refine((answers) => Object.keys(answers).length > 0, { error: "must name at least one value" }),
  /** How long a decision waits for it; past that its features are missing. */
  budget_ms: z.int().min(5).max(2_000).default(100),
  /** How long an instance uses an answer again for the same request; 0 asks each time. */
  cache_seconds: z.int().min(0).max(3_600).default(60),
  /** In which worlds it is asked. */
  worlds: z
    .array(z.enum(["live", "test"]))
    .min(1)
    .default(["live", "test"]),
  postback: PostbackSettings.nullable().default(null),
});
export type CheckSettings = z.infer<typeof CheckSettings>;

/** A configured service. */
export interface ExternalCheck {
  readonly name: string;
  readonly description: string;
  readonly isActive: boolean;
  readonly settings: CheckSettings;
  readonly createdAtMs: number;
  readonly createdBy: string;
  readonly updatedAtMs: number;
  readonly updatedBy: string;
  /** Raised by every change; what optimistic locking compares. */
  readonly version: number;
}
