import * as z from "zod";
import { isReservedHeader } from "./formats/outgoing-request.ts";

/** How an endpoint is told: signed JSON, or a notification in the format of a service. */
export const ENDPOINT_KINDS = ["standard", "email", "slack", "telegram", "sms"] as const;
export type EndpointKind = (typeof ENDPOINT_KINDS)[number];

const HEADER = /^[a-z0-9-]{1,60}$/i;
/** An HTTP API for mail or text messages. The default is JSON `{from, to, subject, text}` (SMS: no subject) and a bearer token. */
const httpApi = (recipient: z.ZodString | z.ZodEmail | z.ZodE164) =>
  z.strictObject({
    to: recipient,
    from: z.string().trim().min(1).max(200),
    encoding: z.enum(["json", "form"]).default("json"),
    /** The header that carries the secret, and what stands before it. */
    auth_header: z
      .string()
      .regex(HEADER, { error: "must be the name of a header" })
      .refine((name) => !isReservedHeader(name) && name.toLowerCase() !== "content-type", { error: "is set by the service itself" })
      .default("authorization"),
    auth_prefix: z
      .string()
      .max(40)
      .regex(/^[\x20-\x7e]*$/, { error: "must be printable ASCII" })
      .default("Bearer "),
    /** The body, with `{{to}}`, `{{from}}`, `{{subject}}` and `{{text}}` in its texts; null is the default body. */
    template: z
      .record(z.string().max(100), z.json())
      .refine((template) => JSON.stringify(template).length <= 4_000, { error: "must not be longer than 4,000 characters" })
      .nullable()
      .default(null),
  });

/** By kind, what a format needs beside address and secret. */
export const SETTINGS = {
  standard: z.strictObject({}),
  slack: z.strictObject({}),
  telegram: z.strictObject({ chat_id: z.string().regex(/^(-?\d{1,20}|@\w{1,60})$/, { error: "must be a chat's number or `@channel`" }) }),
  email: httpApi(z.email().max(320)),
  sms: httpApi(z.e164({ error: "must be a phone number as `+49301234567`" })),
} as const satisfies Record<EndpointKind, z.ZodType>;

export type HttpApiSettings = z.infer<(typeof SETTINGS)["email"]>;

/** A kind with its settings. */
export const KindSettings = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("standard"), settings: SETTINGS.standard }),
  z.object({ kind: z.literal("slack"), settings: SETTINGS.slack }),
  z.object({ kind: z.literal("telegram"), settings: SETTINGS.telegram }),
  z.object({ kind: z.literal("email"), settings: SETTINGS.email }),
  z.object({ kind: z.literal("sms"), settings: SETTINGS.sms }),
]);
export type KindSettings = z.infer<typeof KindSettings>;
