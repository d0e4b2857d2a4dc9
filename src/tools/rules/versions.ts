import * as z from "zod";
import type { RuleSources } from "../../core/rules/sources.ts";
import { SourcesAnswer, VersionAnswer } from "../../http/routes/admin/rules/rule-answers.ts";
import type { RulesApi } from "./api.ts";
import { Stopped, wrongUse } from "./stopped.ts";

/** A published version as the history lists it. */
export type VersionLine = z.infer<typeof VersionAnswer>;

/** One version with what it was made from; null for versions from before sources were kept. */
const FullVersion = VersionAnswer.extend({ sources: SourcesAnswer.nullable() });
export type FullVersion = z.infer<typeof FullVersion>;

const Draft = SourcesAnswer.extend({
  version: z.number(),
  base_seq: z.number(),
  live_seq: z.number().nullable(),
  edited: z.boolean(),
  updated_by: z.string().nullable(),
  updated_at: z.string().nullable(),
});
type Draft = z.infer<typeof Draft>;

const History = z.object({ versions: z.array(VersionAnswer) });

/** The newest versions, newest first. */
export async function readHistory(
  api: RulesApi,
  page: { readonly limit: number; readonly before?: number },
): Promise<readonly VersionLine[]> {
  return (await api.rules("/history", { query: page, answer: History })).versions;
}

/** The live version with its sources; null before anything was published. */
export async function readLive(api: RulesApi): Promise<FullVersion | null> {
  const [live] = await readHistory(api, { limit: 1 });
  return live === undefined ? null : readVersion(api, live.seq);
}

/** One version with its sources. Throws when there is none. */
export function readVersion(api: RulesApi, seq: number): Promise<FullVersion> {
  return api.rules(`/versions/${seq}`, { answer: FullVersion });
}

/** The one draft that everybody edits, with its sources. */
export function readDraft(api: RulesApi): Promise<Draft> {
  return api.rules("/draft", { answer: Draft });
}

/** Its sources, or a sentence when it has none. */
export function sourcesOf({ seq, sources }: FullVersion): RuleSources {
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
