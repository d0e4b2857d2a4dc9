import * as z from "zod";
import { isStorable } from "../core/event/unstorable-text.ts";

const Name = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, "must be snake_case, at most 64 characters");

const Scalar = z.union([
  z.string().max(512).refine(isStorable, { error: "must be well-formed text without NUL" }),
  z.number(),
  z.boolean(),
]);

/** What profiles and the feature store keep: up to 64 named scalars. */
export const Values = z.record(Name, Scalar).refine((values) => Object.keys(values).length <= 64, { error: "holds at most 64 values" });

const Consent = z.strictObject({
  granted: z.boolean(),
  /** Where it was given or taken back: `checkout`, `support`. */
  source: z.string().min(1).max(100),
  /** Now when left out. */
  at: z.iso.datetime({ offset: true }).optional(),
});
/** What a client agreed to or refused, by purpose. */
const Consents = z.record(Name, Consent).refine((consents) => Object.keys(consents).length <= 16, { error: "holds at most 16 purposes" });

/** A profile: its values, and beside them what was consented to. */
export const Profile = z
  .record(Name, z.union([Scalar, Consents]))
  .superRefine((profile, context) => {
    if (Object.keys(profile).length > 65) context.addIssue({ code: "custom", message: "holds at most 64 values" });
    for (const [name, value] of Object.entries(profile))
      if (name !== "consent" && typeof value === "object")
        context.addIssue({ code: "custom", path: [name], message: "must be a text, a number or true or false" });
  })
  .transform(({ consent, ...values }) => {
    const isList = typeof consent === "object";
    const all = isList || consent === undefined ? values : { ...values, consent };
    return { values: all as z.infer<typeof Values>, consents: isList ? consent : {} };
  });
