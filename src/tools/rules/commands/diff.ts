import { statSync } from "node:fs";
import { diffSources, type SourcesDifference } from "../../../core/rules/diff.ts";
import type { RuleSources } from "../../../core/rules/sources.ts";
import { SERVICE_FLAGS } from "../access.ts";
import { openApi, type RulesApi } from "../api.ts";
import { defineCommand } from "../command.ts";
import { asSources, readLocalSources } from "../local-sources.ts";
import { differenceLines, differenceSummary } from "../show-difference.ts";
import { wrongUse } from "../stopped.ts";
import { readDraft, readLive, readVersion, seqOf, sourcesOf } from "../versions.ts";

const USAGE = "npm run rules -- diff [FROM [TO]], each a version's number, `live`, `draft` or a folder";

/** What one set of rules says differently from another. */
export const diff = defineCommand({
  name: "diff",
  summary: "show what differs between files, versions, the live set and the draft, rule by rule",
  takes: "[FROM [TO]]",
  mostWords: 2,
  about: `FROM and TO are a version's number, \`live\`, \`draft\`, or a folder with packs/, cases/ and features.json. Default: from \`live\` to the rules folder.
Two folders need no service. Formatting and the order of keys do not count; the order of rules does.`,
  flags: { rules: { value: "DIR", about: "the rules folder (default rules)" }, ...SERVICE_FLAGS },
  run: async ({ flags, words, console }) => {
    const [from = "live", to = null] = words;
    let opened: RulesApi | null = null;
    const api = (): RulesApi => (opened ??= openApi(flags, console));
    const read = async (side: string): Promise<RuleSources> => {
      if (isFolder(side)) return asSources(readLocalSources([], { rules: side, features: undefined }));
      return readSide(side, api());
    };
    const before = await read(from);
    const after = to === null ? asSources(readLocalSources([], { rules: flags.rules, features: undefined })) : await read(to);
    const difference: SourcesDifference = diffSources(before, after);
    return {
      code: 0,
      document: { ok: true, from, to: to ?? flags.rules ?? "rules", difference },
      lines: [...differenceLines(difference), differenceSummary(difference)],
    };
  },
});

async function readSide(side: string, api: RulesApi): Promise<RuleSources> {
  if (side === "draft") return (await readDraft(api)).sources;
  if (side !== "live") {
    if (!/^\d+$/.test(side)) throw wrongUse(`\`${side}\` is neither a version nor a folder: ${USAGE}`);
    return sourcesOf(await readVersion(api, seqOf(side, USAGE)));
  }
  const live = await readLive(api);
  return live === null ? { files: [], cases: [], features: "{}" } : sourcesOf(live);
}

/** A folder called 12 is given as ./12. */
const isFolder = (side: string): boolean =>
  !/^(\d+|live|draft)$/.test(side) && statSync(side, { throwIfNoEntry: false })?.isDirectory() === true;
