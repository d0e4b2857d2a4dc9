import * as z from "zod";
import type { RuleSources } from "../../core/rules/sources.ts";
import type { RulesApi } from "./api.ts";
import { Stopped, wrongUse } from "./stopped.ts";

/** A published version as the history lists it. */
export const VersionLine = z.looseObject({
  seq: z.number(),
  kind: z.string(),
  author: z.string(),
  message: z.string(),
  created_at: z.string(),
  parent: z.number().nullable(),
});
export type VersionLine = z.infer<typeof VersionLine>;

const Text = z.object({ name: z.string(), text: z.string() });
/** One version with what it was made from; null for versions from before sources were kept. */
export const VersionWithSources = VersionLine.extend({
  sources: z.object({ files: z.array(Text), cases: z.array(Text), features: z.string() }).nullable(),
});
export type VersionWithSources = z.infer<typeof VersionWithSources>;

const Draft = z.looseObject({
  version: z.number(),
  base_seq: z.number(),
  files: z.array(Text),
  cases: z.array(Text),
  features: z.string(),
  updated_by: z.string().nullable(),
  updated_at: z.string().nullable(),
});
type Draft = z.infer<typeof Draft>;

const History = z.looseObject({ versions: z.array(VersionLine) });

/** The newest versions, newest first. */
export async function readHistory(
  api: RulesApi,
  page: { readonly limit: number; readonly before?: number },
): Promise<readonly VersionLine[]> {
  return (await api.rules("/history", { query: page, answer: History })).versions;
}

/** The live version with its sources; null before anything was published. */
export async function readLive(api: RulesApi): Promise<VersionWithSources | null> {
  const [live] = await readHistory(api, { limit: 1 });
  return live === undefined ? null : readVersion(api, live.seq);
}

/** One version with its sources. Throws when there is none. */
export function readVersion(api: RulesApi, seq: number): Promise<VersionWithSources> {
  return api.rules(`/versions/${seq}`, { answer: VersionWithSources });
}

/** The one draft that everybody edits. */
export async function readDraft(api: RulesApi): Promise<Draft & { readonly sources: RuleSources }> {
  const draft = await api.rules("/draft", { answer: Draft });
  const { files, cases, features } = draft;
  return { ...draft, sources: { files, cases, features } };
}

/** Its sources, or a sentence when it has none. */
export function sourcesOf({ seq, sources }: VersionWithSources): RuleSources {
  if (sources === null)
    throw new Stopped(1, "no_sources", `version ${seq} was published before sources were kept: it can be rolled back to, but not shown`);
  return sources;
}

/** A version's number as it was typed. */
export function seqOf(word: string | undefined, usage: string): number {
  if (word === undefined) throw wrongUse(`which version? ${usage}`);
  if (!/^[1-9]\d{0,8}$/.test(word)) throw wrongUse(`\`${word}\` is not the number of a version; \`history\` lists them`);
  return Number(word);
}
