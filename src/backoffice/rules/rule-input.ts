import * as z from "zod";
import { RuleDocument } from "../../core/rules/document.ts";
import { DEFAULT_LIMITS } from "../../core/rules/limits.ts";

/** The draft's version that an edit was made from; `If-Match` says it as well. */
export const DraftVersion = z.int().nonnegative().optional();
export const RuleId = z.string().min(1).max(200);
/** A file by its own name or by the name in it. */
export const FileName = z.string().min(1).max(200);

/** A condition of any content, no deeper than the language takes: whether it makes sense is said beside the edit. */
export const ConditionInput = z
  .record(z.string(), z.unknown())
  .refine((value) => !isDeeper(value, DEFAULT_LIMITS.depth), { error: `is nested deeper than ${DEFAULT_LIMITS.depth} levels` })
  .meta({ description: "a condition as in `rules/ruleset.schema.json`" });

/** A rule as analysts write it. Its form is checked; what it means is said beside the edit, so that a draft may be unfinished. */
export const RuleInput = RuleDocument.extend({ conditions: ConditionInput });

/** Whether a JSON value nests deeper than a limit. No recursion: depth is the caller's. */
function isDeeper(value: unknown, limit: number): boolean {
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 0 }];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    if (typeof one.value !== "object" || one.value === null) continue;
    if (one.depth === limit) return true;
    for (const child of Object.values(one.value)) open.push({ value: child, depth: one.depth + 1 });
  }
  return false;
}
