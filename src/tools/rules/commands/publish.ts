import * as z from "zod";
import { diffSources } from "../../../core/rules/diff.ts";
import { PublishedAnswer } from "../../../http/routes/admin/rules/rule-answers.ts";
import { SERVICE_FLAGS } from "../access.ts";
import { openApi, type RulesApi } from "../api.ts";
import { defineCommand, type Report } from "../command.ts";
import { confirm } from "../confirm.ts";
import { localRefusal } from "../local-refusal.ts";
import { asSources, type LocalSources, readLocalSources, SOURCE_FLAGS } from "../local-sources.ts";
import { differenceLines, differenceSummary } from "../show-difference.ts";
import { countOf, faultLines, ShownFault } from "../show-faults.ts";
import { Stopped } from "../stopped.ts";
import { type FullVersion, readLive, seqOf } from "../versions.ts";

const Parked = z.object({ approval: z.string(), warnings: z.array(ShownFault) });

/** Makes the files live as one ruleset, after showing what changes. */
export const publish = defineCommand({
  name: "publish",
  summary: "make the files live as one ruleset, for the next decision, after showing what changes",
  takes: "[FILE…]",
  mostWords: Number.POSITIVE_INFINITY,
  about: `Without FILE: all packs of the rules folder. They replace every rule that is live; their cases must pass.
It asks before it publishes; without a terminal it needs --yes. What went live meanwhile is a conflict, never overwritten.`,
  flags: {
    message: { short: "m", value: "TEXT", about: "why, for the history" },
    yes: { short: "y", about: "do not ask" },
    base: { value: "SEQ", about: "the version the files were made from; another live one is a conflict" },
    ...SOURCE_FLAGS,
    ...SERVICE_FLAGS,
  },
  run: async ({ flags, words, console }) => {
    const base = flags.base === undefined ? null : seqOf(flags.base, "");
    const sources = readLocalSources(words, flags);
    const api = openApi(flags, console);
    const live = await readLive(api);
    const difference = live === null || live.sources === null ? null : diffSources(live.sources, asSources(sources));
    if (live !== null && difference?.isSame === true)
      return {
        code: 0,
        document: { ok: true, published: false, seq: live.seq },
        lines: [`nothing to publish: version ${live.seq} says the same`],
      };
    if (difference !== null) for (const line of differenceLines(difference)) console.complain(line);
    const question =
      difference === null
        ? firstQuestion(sources, live)
        : `${differenceSummary(difference)} from version ${live?.seq}: publish to ${api.url}?`;
    if (!flags.yes) await confirm(question, console);
    return send(api, sources, { message: flags.message ?? "", version: base ?? live?.seq });
  },
});

const firstQuestion = ({ files }: LocalSources, live: FullVersion | null): string =>
  `publish ${countOf(files.length, "file")}${live === null ? " as the first version" : ` in place of version ${live.seq}, whose sources were not kept`}?`;

interface Intent {
  readonly message: string;
  /** The live version the change was shown against. */
  readonly version: number | undefined;
}

async function send(api: RulesApi, sources: LocalSources, intent: Intent): Promise<Report> {
  try {
    const answer = await api.rules("/publish", {
      method: "POST",
      body: { ...asSources(sources), ...intent },
      answer: z.union([PublishedAnswer, Parked]),
    });
    const complaints = faultLines(answer.warnings, new Map());
    const line =
      "seq" in answer
        ? `version ${answer.seq} is live (${countOf(answer.rules, "rule")})`
        : `it waits for another person: npm run rules -- approve ${answer.approval}`;
    return { code: 0, document: { ok: true, published: "seq" in answer, ...answer }, lines: [line], complaints };
  } catch (fault) {
    throw fault instanceof Stopped ? localRefusal(fault, sources) : fault;
  }
}
