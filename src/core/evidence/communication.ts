import * as z from "zod";
import { Timestamp } from "../event/fields.ts";

export const CHANNELS = ["email", "chat", "phone", "sms", "letter", "social", "other"] as const;

/** One message between shop and customer, as it was said or a summary of a call. */
export const NewCommunication = z.strictObject({
  at: Timestamp,
  channel: z.enum(CHANNELS),
  /** `in`: from the customer. */
  direction: z.enum(["in", "out"]),
  text: z.string().trim().min(1).max(20_000),
});

export const Communication = NewCommunication.extend({ id: z.string(), added_at: z.string(), added_by: z.string() });
export type Communication = z.infer<typeof Communication>;
