import { parseDuration } from "../../../core/rules/literal.ts";
import { accessOf, SERVICE_FLAGS } from "../../rules/access.ts";
import { defineCommand } from "../../rules/command.ts";
import { wrongUse } from "../../rules/stopped.ts";
import { callService, readAnswer } from "../call-service.ts";
import { feedFaultLines } from "../fault-line.ts";
import { ImportAnswer } from "../feed-answers.ts";
import { FEED_FLAGS, feedChoiceOf } from "../feed-flags.ts";
import { readSource } from "../read-source.ts";
import { feedBody, originOf } from "../send-feed.ts";

/** Sends a feed to the service, which reads it and replaces the feed of that name. */
export const importFeed = defineCommand({
  program: "lists",
  name: "import",
  summary: "replace a feed of the service as a whole; in force within a minute",
  takes: "FILE|URL|- --as NAME",
  mostWords: 1,
  about: `Lines that are no addresses are told and left out. A feed that is empty or lost nine in ten of its entries is not applied.
A file may be packed with gzip.`,
  flags: {
    as: { value: "NAME", about: "the feed's name: lower-case letters, digits, `.`, `_` and `-`" },
    ...FEED_FLAGS,
    ttl: { value: "36h", about: "when the feed stops to count unless it is imported again (default never)" },
    confirm: { about: "apply it though it lost nine in ten of its entries" },
    ...SERVICE_FLAGS,
  },
  run: async ({ flags, words: [source], console }) => {
    if (source === undefined) throw wrongUse("which feed? give a file, a URL, or `-` for standard input");
    if (flags.as === undefined) throw wrongUse("under which name? give --as NAME");
    if (flags.ttl !== undefined && parseDuration(flags.ttl) === null)
      throw wrongUse(`--ttl is a duration such as \`36h\`, not \`${flags.ttl}\``);
    const { format, role, category, minCount } = feedChoiceOf(flags);
    const access = accessOf(flags, console.env);
    const query = new URLSearchParams({
      ...{ as: flags.as, format, role, min_count: String(minCount), origin: originOf(source) },
      ...(category === null ? {} : { category }),
      ...(flags.ttl === undefined ? {} : { ttl: flags.ttl }),
      ...(flags.confirm ? { confirm: "true" } : {}),
    });
    const bytes = await readSource(source, console);
    const response = await callService(access, {
      method: "POST",
      path: `/api/admin/fraud-lists/import?${query}`,
      body: () => feedBody(bytes, console),
    });
    const answer = await readAnswer(ImportAnswer, response, access.url);
    const { feed, previous, below_min_count, expired, fault_count, faults, other_scopes } = answer;
    const number = (count: number): string => count.toLocaleString("en");
    const left = [
      below_min_count > 0 ? `${number(below_min_count)} on fewer than ${minCount} lists` : "",
      expired > 0 ? `${number(expired)} over` : "",
      fault_count > 0 ? `${number(fault_count)} not readable` : "",
      ...other_scopes.map(({ scope, count }) => `${number(count)} on \`${scope}\``),
    ].filter((part) => part !== "");
    const before = previous === null ? "a new feed" : `before ${number(previous)}`;
    const leftOut = left.length === 0 ? "" : `; left out: ${left.join(", ")}`;
    return {
      code: 0,
      document: { ok: true, ...answer },
      lines: [`${feed.name} (${feed.role}): ${number(feed.entries)} networks, ${before}${leftOut}`],
      complaints: feedFaultLines(source, faults, fault_count),
    };
  },
});
