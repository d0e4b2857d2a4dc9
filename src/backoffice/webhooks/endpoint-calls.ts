import * as z from "zod";
import { ALERT_SEVERITIES } from "../../core/alerts/alert.ts";
import { SETTINGS } from "../../core/webhooks/endpoint-settings.ts";
import { WEBHOOK_TYPES } from "../../core/webhooks/webhook-event.ts";

/** Goes into a header or a path: visible ASCII. */
const Secret = z.string().regex(/^[\x21-\x7e]{8,500}$/, { error: "must be 8 to 500 visible ASCII characters" });
const BotToken = z.string().regex(/^\d{1,20}:[\w-]{20,100}$/, { error: "must be a bot's token as `123456:ABC…`" });
const Url = z.string().trim().min(1).max(2_000);
const Types = z
  .array(z.enum(WEBHOOK_TYPES))
  .min(1)
  .transform((types) => [...new Set(types)]);
const Severity = z.enum(ALERT_SEVERITIES).nullable();
const Name = z.string().trim().min(1).max(100);
const Id = z.string().min(1).max(100);
const Version = z.int().positive().optional();

const about = {
  name: Name,
  livemode: z.boolean().default(true),
  types: Types,
  /** The least severity it is told of; a decision's is its risk level. */
  min_severity: Severity.default(null),
};

export const NewEndpointCall = z.discriminatedUnion("kind", [
  /** Its signing secret is made here and shown once. */
  z.strictObject({ kind: z.literal("standard"), ...about, url: Url, settings: SETTINGS.standard.default({}) }),
  /** The address of an incoming webhook is itself the secret. */
  z.strictObject({ kind: z.literal("slack"), ...about, url: Url, settings: SETTINGS.slack.default({}) }),
  z.strictObject({
    kind: z.literal("telegram"),
    ...about,
    url: Url.default("https://api.telegram.org"),
    secret: BotToken,
    settings: SETTINGS.telegram,
  }),
  z.strictObject({ kind: z.literal("email"), ...about, url: Url, secret: Secret, settings: SETTINGS.email }),
  /** For emergencies, unless it is told otherwise. */
  z.strictObject({
    kind: z.literal("sms"),
    ...about,
    url: Url,
    secret: Secret,
    settings: SETTINGS.sms,
    min_severity: Severity.default("critical"),
  }),
]);
export type NewEndpointCall = z.infer<typeof NewEndpointCall>;

/** What is left out stays. */
export const EndpointChangeCall = z.strictObject({
  id: Id,
  name: Name.optional(),
  url: Url.optional(),
  types: Types.optional(),
  min_severity: Severity.optional(),
  /** Replaces all of them. */
  settings: z.record(z.string(), z.unknown()).optional(),
  is_active: z.boolean().optional(),
  version: Version,
});

export const ROTATION_OVERLAP_HOURS = 24;
export const EndpointRotationCall = z.strictObject({
  id: Id,
  /** How long the old signing secret signs beside the new one. */
  overlap_hours: z.int().min(0).max(168).default(ROTATION_OVERLAP_HOURS),
  /** The new token of a mail, SMS or Telegram API. */
  secret: Secret.optional(),
  /** The new address of a Slack webhook. */
  url: Url.optional(),
  version: Version,
});

export const EndpointCall = z.strictObject({ id: Id, version: Version });
export const DeliveryReplayCall = z.strictObject({ id: Id, delivery: Id, version: Version });

const Instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const LONGEST_DAYS = 31;
export const RangeReplayBody = z.strictObject({ from: Instant, to: Instant, version: Version });
export const RangeReplayCall = RangeReplayBody.extend({ id: Id })
  .refine(({ from, to }) => from < to, { path: ["to"], error: "must be after `from`" })
  .refine(({ from, to }) => to - from <= LONGEST_DAYS * 86_400_000, {
    path: ["to"],
    error: `must be within ${LONGEST_DAYS} days of \`from\``,
  });
