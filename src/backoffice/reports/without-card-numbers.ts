import type * as z from "zod";
import { findCardNumbers } from "../../core/reports/find-card-numbers.ts";

/** The schema, refusing what holds a card number anywhere; the fault names the field and never the number. */
export function withoutCardNumbers<Schema extends z.ZodType>(schema: Schema): Schema {
  return schema.superRefine((value, context) => {
    for (const path of findCardNumbers(value))
      context.addIssue({
        code: "custom",
        path: [...path],
        message: "holds a card number, which is never stored: name the card by its token",
      });
  });
}
