import { statSync } from "node:fs";
import { diffSources } from "../../../core/rules/diff.ts";
import type { RuleSources } from "../../../core/rules/sources.ts";
import { describeDifference } from "../../../http/routes/admin/rules/rule-answers.ts";
import { SERVICE_FLAGS } from "../access.ts";
import { openApi, type RulesApi } from "../api.ts";
import { defineCommand } from "../command.ts";
import { asSources, readLocalSources, rulesFolder } from "../local-sources.ts";
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
    const [from = "live", to = rulesFolder(flags.rules)] = words;
    const [before, after] = [sideOf(from), words.length < 2 ? ({ kind: "folder", path: to } as const) : sideOf(to)];
    const api = before.kind === "folder" && after.kind === "folder" ? null : openApi(flags, console);
    const difference = diffSources(await readSide(before, api), await readSide(after, api));
    return {
      code: 0,
      document: { ok: true, from, to, difference: describeDifference(difference) },
      lines: [...differenceLines(difference), differenceSummary(difference)],
    };
  },
});

type Side =
  | { readonly kind: "folder"; readonly path: string }
  | { readonly kind: "live" | "draft" }
  | { readonly kind: "version"; readonly seq: number };

/** A folder called 12 is given as ./12. */
function sideOf(word: string): Side {
  if (word === "live" || word === "draft") return { kind: word };
  if (/^\d+$/.test(word)) return { kind: "version", seq: seqOf(word, USAGE) };
  if (statSync(word, { throwIfNoEntry: false })?.isDirectory() === true) return { kind: "folder", path: word };
  throw wrongUse(`\`${word}\` is neither a version nor a folder: ${USAGE}`);
}

async function readSide(side: Side, api: RulesApi | null): Promise<RuleSources> {
  if (side.kind === "folder") return folderSources(side.path);
  if (api === null) throw new Error("a side of the service without a service");
  switch (side.kind) {
    case "version":
      return sourcesOf(await readVersion(api, side.seq));
    case "draft":
      return readDraft(api);
    case "live": {
      const live = await readLive(api);
      return live === null ? NOTHING : sourcesOf(live);
    }
  }
}

const NOTHING: RuleSources = { files: [], cases: [], features: "{}" };

const folderSources = (folder: string): RuleSources => asSources(readLocalSources([], { rules: folder, features: undefined }));
