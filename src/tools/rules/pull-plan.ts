import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import type { RuleSources, SourceText } from "../../core/rules/sources.ts";
import { jsonFiles, readText } from "./local-sources.ts";
import { Stopped } from "./stopped.ts";

/** What makes a rules folder hold exactly one set of sources. */
export interface PullPlan {
  readonly writes: readonly { readonly path: string; readonly text: string }[];
  readonly removals: readonly string[];
  /** Texts that would be lost: what is overwritten or removed, as it is now. */
  readonly losses: readonly Loss[];
}
export interface Loss {
  readonly path: string;
  readonly part: "files" | "cases" | "features";
  readonly text: string;
}

/** Compares a folder with sources and says what to write and remove; touches nothing. Throws when a name is not a file name. */
export function planPull(sources: RuleSources, folder: string): PullPlan {
  const wanted = new Map<string, string>([[join(folder, "features.json"), sources.features]]);
  const parts = [
    { part: "files", folder: join(folder, "packs"), texts: sources.files },
    { part: "cases", folder: join(folder, "cases"), texts: sources.cases },
  ] as const;
  for (const { folder: home, texts } of parts)
    for (const text of texts) {
      const path = join(home, fileNameOf(text));
      if (wanted.has(path))
        throw new Stopped(1, "same_name", `two files of the set would both be ${path}: rename one in the draft and publish it`);
      wanted.set(path, text.text);
    }
  const present = [
    ...parts.flatMap(({ part, folder: home }) => jsonFiles(home).map((path) => ({ path, part }))),
    ...[join(folder, "features.json")].filter((path) => existsSync(path)).map((path) => ({ path, part: "features" as const })),
  ].map((one): Loss => ({ ...one, text: readText(one.path) }));
  const now = new Map(present.map(({ path, text }) => [path, text]));
  return {
    writes: [...wanted].filter(([path, text]) => now.get(path) !== text).map(([path, text]) => ({ path, text })),
    removals: present.filter(({ path }) => !wanted.has(path)).map(({ path }) => path),
    losses: present.filter(({ path, text }) => wanted.get(path) !== text),
  };
}

/** The losses that no set of `published` holds. */
export function unpublished(losses: readonly Loss[], published: RuleSources): Loss[] {
  return losses.filter(({ part, text }) => {
    if (part === "features") return published.features !== text;
    return !published[part].some((one) => one.text === text);
  });
}

/** The name a text has on disk. It comes from whoever published, so it must not lead out of the folder. */
function fileNameOf({ name }: SourceText): string {
  const last = basename(name.replaceAll("\\", "/"));
  if (!/^[\w][\w .-]*$/.test(last))
    throw new Stopped(1, "bad_name", `the live set has a file \`${name}\`, which is no name for a file here`);
  return last.endsWith(".json") ? last : `${last}.json`;
}
