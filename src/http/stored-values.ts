import * as z from "zod";
import { isStorable } from "../core/event/unstorable-text.ts";

const Name = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, "must be snake_case, at most 64 characters");

/** What profiles and the feature store keep: up to 64 named scalars. */
export const Values = z
  .record(
    Name,
    z.union([z.string().max(512).refine(isStorable, { error: "must be well-formed text without NUL" }), z.number(), z.boolean()]),
  )
  .refine((values) => Object.keys(values).length <= 64, { error: "holds at most 64 values" });
