import * as z from "zod";
import type { SourcesDifference } from "../../../../core/rules/diff.ts";
import type { RuleSources } from "../../../../core/rules/sources.ts";
import type { ManifestRecord } from "../../../../ports/configuration.ts";

const Json = z.record(z.string(), z.unknown());
const Text = z.object({ name: z.string(), text: z.string() });

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

const Change = z.object({ field: z.string(), from: z.unknown(), to: z.unknown() });
const Entry = z.object({ name: z.string(), kind: z.enum(["added", "removed", "changed"]), from: z.unknown(), to: z.unknown() });
export const DifferenceAnswer = z.object({
  same: z.boolean(),
  rules: z.array(z.object({ id: z.string(), kind: z.enum(["added", "removed", "changed", "moved"]), fields: z.array(Change) })),
  policy: z.array(Change),
  defines: z.array(Entry),
  features: z.array(Entry),
  whitelist: z.object({ added: z.array(z.unknown()), removed: z.array(z.unknown()) }),
  cases: z.array(Entry),
  unreadable: z.array(z.object({ side: z.enum(["from", "to"]), file: z.string() })),
});
export const describeDifference = ({ isSame, ...rest }: SourcesDifference) => ({ same: isSame, ...rest });

export const SourcesAnswer = z.object({ files: z.array(Text), cases: z.array(Text), features: z.string() });
export const describeSources = ({ files, cases, features }: RuleSources) => ({ files, cases, features });

export const RuleAnswer = z.object({
  id: z.string(),
  file: z.string(),
  rule: Json,
  difference: z.enum(["same", "added", "removed", "changed", "moved"]),
});

/** What an edit of the draft answers besides what was edited. */
export const EditAnswer = z.object({ version: z.int(), faults: z.array(FaultAnswer), warnings: z.array(FaultAnswer) });

export const VersionAnswer = z.object({
  seq: z.int(),
  kind: z.string(),
  author: z.string(),
  message: z.string(),
  at: z.string(),
  parent: z.int().nullable(),
  manifest: z.string(),
  ruleset: z.string(),
  features: z.string(),
  /** Whether the files it was made from are there. */
  has_sources: z.boolean(),
});

export function describeVersion(
  { seq, kind, author, message, createdAtMs, parent, hash, source }: ManifestRecord,
  manifest: { readonly ruleset: string; readonly features: string },
): z.infer<typeof VersionAnswer> {
  const at = new Date(createdAtMs).toISOString();
  const { ruleset, features } = manifest;
  return { seq, kind, author, message, at, parent, manifest: hash, ruleset, features, has_sources: source !== null };
}
