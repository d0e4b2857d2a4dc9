import * as z from "zod";

/** A fault or warning as it is answered. */
export const FaultAnswer = z.object({
  code: z.string(),
  file: z.string().optional(),
  path: z.string(),
  message: z.string(),
  line: z.int().optional(),
  column: z.int().optional(),
});

export const PublishedAnswer = z.object({
  seq: z.int(),
  manifest: z.string(),
  ruleset: z.string(),
  features: z.string(),
  rules: z.int(),
  warnings: z.array(FaultAnswer),
});
