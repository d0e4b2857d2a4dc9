import * as z from "zod";

const SourceFile = z.strictObject({
  name: z.string().min(1).max(200),
  text: z.string().max(1 << 20),
});

/** What a version was made from, as people wrote it: rule files, the cases that test them, and the text of features.json. Formatting is kept. */
export const RuleSources = z.strictObject({
  files: z.array(SourceFile).max(50),
  cases: z.array(SourceFile).max(50),
  features: z.string().max(1 << 20),
});
export interface SourceText {
  readonly name: string;
  readonly text: string;
}
export interface RuleSources {
  readonly files: readonly SourceText[];
  readonly cases: readonly SourceText[];
  /** The text of features.json. */
  readonly features: string;
}

/** Reads stored sources back. Throws on damage: they are written by this service alone and checked by hash. */
export function parseSources(text: string): RuleSources {
  return RuleSources.parse(JSON.parse(text));
}
