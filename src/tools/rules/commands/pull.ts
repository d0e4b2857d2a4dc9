import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { SERVICE_FLAGS } from "../access.ts";
import { openApi, type RulesApi } from "../api.ts";
import { defineCommand } from "../command.ts";
import { rulesFolder } from "../local-sources.ts";
import { type Loss, planPull, unpublished } from "../pull-plan.ts";
import { countOf } from "../show-faults.ts";
import { Stopped } from "../stopped.ts";
import { readHistory, readLive, readVersion, seqOf, sourcesOf } from "../versions.ts";

const PAGE = 50;

/** Brings the live set back into the rules folder. */
export const pull = defineCommand({
  name: "pull",
  summary: "bring the live set, or version SEQ, back into the rules folder",
  takes: "[SEQ]",
  mostWords: 1,
  about:
    "Afterwards packs/, cases/ and features.json say what that version says. Changes that were never published are not overwritten, unless with --force.",
  flags: {
    rules: { value: "DIR", about: "the folder to write (default rules)" },
    force: { about: "give up local changes that were never published" },
    ...SERVICE_FLAGS,
  },
  run: async ({ flags, words, console }) => {
    const api = openApi(flags, console);
    const version = words[0] === undefined ? await readLive(api) : await readVersion(api, seqOf(words[0], ""));
    if (version === null) throw new Stopped(1, "nothing_live", "nothing was published yet: there is nothing to pull");
    const plan = planPull(sourcesOf(version), rulesFolder(flags.rules));
    if (!flags.force) refuseLosses(await neverPublished(api, plan.losses));
    for (const { path, text } of plan.writes) replaceFile(path, text);
    for (const path of plan.removals) rmSync(path);
    const changed = [...plan.writes.map(({ path }) => path), ...plan.removals];
    return {
      code: 0,
      document: { ok: true, seq: version.seq, written: plan.writes.map(({ path }) => path), removed: plan.removals },
      lines: [
        ...plan.writes.map(({ path }) => `wrote ${path}`),
        ...plan.removals.map((path) => `removed ${path}`),
        changed.length === 0 ? `the files already say what version ${version.seq} says` : `the files say what version ${version.seq} says`,
      ],
    };
  },
});

/** Looks through the versions, newest first, until every text was found in one. */
async function neverPublished(api: RulesApi, losses: readonly Loss[]): Promise<readonly Loss[]> {
  let left = [...losses];
  let before: number | undefined;
  while (left.length > 0) {
    const page = await readHistory(api, { limit: PAGE, ...(before === undefined ? {} : { before }) });
    for (const { seq } of page) {
      if (left.length === 0) break;
      const { sources } = await readVersion(api, seq);
      if (sources !== null) left = unpublished(left, sources);
    }
    before = page.at(-1)?.seq;
    if (page.length < PAGE || before === undefined) break;
  }
  return left;
}

function refuseLosses(losses: readonly Loss[]): void {
  if (losses.length === 0) return;
  const paths = losses.map(({ path }) => path);
  const sentence = `${countOf(paths.length, "file")} ${paths.length === 1 ? "holds" : "hold"} changes that were never published: publish them, or lose them with --force`;
  throw new Stopped(1, "local_changes", sentence, { more: { files: paths }, lines: paths.map((path) => `  ${path}`) });
}

/** A reader sees the old text or the new one, never half of it. */
function replaceFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const beside = `${path}.pulled`;
  writeFileSync(beside, text);
  renameSync(beside, path);
}
