import * as z from "zod";
import type { Fault } from "./fault.ts";

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

/** A fault for each file that has another one's name: a file is addressed by it. */
export function repeatedNames(sources: Pick<RuleSources, "files" | "cases">): Fault[] {
  return (["files", "cases"] as const).flatMap((key) => {
    const names = sources[key].map(({ name }) => name);
    return names.flatMap((name, at) =>
      names.indexOf(name) < at ? [{ code: "duplicate_name", path: `${key}[${at}].name`, message: `\`${name}\` stands twice` }] : [],
    );
  });
}
