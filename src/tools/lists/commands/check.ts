import { MOST_FEED_ENTRIES } from "../../../core/lists/feeds/guard-feed.ts";
import { defineCommand } from "../../rules/command.ts";
import { wrongUse } from "../../rules/stopped.ts";
import { checkFeed } from "../check-feed.ts";
import { feedFaultLines } from "../fault-line.ts";
import { FEED_FLAGS, feedChoiceOf } from "../feed-flags.ts";
import { readSource } from "../read-source.ts";

/** Reads a feed without a service. */
export const check = defineCommand({
  program: "lists",
  name: "check",
  summary: "read a feed as an import would, without a service, and tell what is in it",
  takes: "FILE|URL|-",
  mostWords: 1,
  flags: FEED_FLAGS,
  run: async ({ flags, words: [source], console }) => {
    if (source === undefined) throw wrongUse("which feed? give a file, a URL, or `-` for standard input");
    const choice = feedChoiceOf(flags);
    const text = new TextDecoder().decode(await readSource(source, console));
    const checked = checkFeed(text, choice, Date.now());
    const { entries, duplicates, v4, v6, belowMinCount, expired, faultCount, compiledBytes, compileMs, names, otherScopes } = checked;
    const isUsable = faultCount === 0 && entries > 0 && entries <= MOST_FEED_ENTRIES;
    const number = (count: number): string => count.toLocaleString("en");
    const left = [
      duplicates > 0 ? `${number(duplicates)} twice` : "",
      belowMinCount > 0 ? `${number(belowMinCount)} on fewer than ${choice.minCount} lists` : "",
      expired > 0 ? `${number(expired)} over` : "",
      faultCount > 0 ? `${number(faultCount)} not readable` : "",
      ...otherScopes.map(({ scope, count }) => `${number(count)} on \`${scope}\``),
    ].filter((part) => part !== "");
    return {
      code: isUsable ? 0 : 1,
      document: { ok: isUsable, ...choice, ...checked },
      lines: [
        `${number(v4 + v6)} ${v4 + v6 === 1 ? "network" : "networks"}: ${number(v4)} IPv4, ${number(v6)} IPv6${names > 0 ? `, ${number(names)} network numbers and countries` : ""}${left.length === 0 ? "" : `; left out: ${left.join(", ")}`}`,
        `compiled: ${number(Math.ceil(compiledBytes / 1_024))} KiB in ${compileMs.toFixed(0)} ms`,
      ],
      complaints: feedFaultLines(source, checked.faults, faultCount),
    };
  },
});
