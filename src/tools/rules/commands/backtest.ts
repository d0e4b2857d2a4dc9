import { SERVICE_FLAGS } from "../access.ts";
import { openApi } from "../api.ts";
import { backtestCsv } from "../backtest-csv.ts";
import { backtestOnline, cancelBacktest, followBacktest } from "../backtest-online.ts";
import { CURRENCY_FLAG } from "../check-local.ts";
import { defineCommand } from "../command.ts";
import { wholeNumber } from "../flags.ts";
import { instantOf } from "../instant.ts";
import { readLocalSources, SOURCE_FLAGS } from "../local-sources.ts";
import { wrongUse } from "../stopped.ts";

/** What the files would have made of decisions of the past. */
export const backtest = defineCommand({
  name: "backtest",
  summary: "run the files over past decisions, or over a CSV of events, and compare with what really happened",
  takes: "[FILE…]",
  mostWords: Number.POSITIVE_INFINITY,
  about: `Over the service's stored decisions, with the facts of their time; it changes nothing there. With --csv offline, over a PaySim file:
every event sees those before it, and the file's own labels judge. With --against FOLDER the file is also decided by the rules of that folder.
Ctrl-C leaves a backtest of the service running: --follow ID shows it, --cancel ID ends it.`,
  flags: {
    from: { value: "TIME", about: "decisions from then on: 2026-11-01, a time with its zone, or a distance such as 7d (default 30d)" },
    to: { value: "TIME", about: "decisions before then (default now)" },
    draft: { about: "run the service's draft instead of the files" },
    message: { short: "m", value: "TEXT", about: "what it is for" },
    detach: { about: "start it and do not wait" },
    follow: { value: "ID", about: "wait for one that was started, and show it" },
    cancel: { value: "ID", about: "end one that was started" },
    csv: { value: "FILE", about: "replay this PaySim file (.csv or .csv.gz) instead, offline" },
    against: { value: "DIR", about: "with --csv: the rules folder to compare with" },
    limit: { value: "N", about: "the newest N decisions, or the first N rows of the CSV" },
    ...SOURCE_FLAGS,
    ...CURRENCY_FLAG,
    ...SERVICE_FLAGS,
  },
  run: async ({ flags, words, console }) => {
    const limit = wholeNumber("--limit", flags.limit);
    const online = [flags.from, flags.to, flags.follow, flags.cancel].some((one) => one !== undefined) || flags.draft || flags.detach;
    if (flags.csv !== undefined) {
      if (online) throw wrongUse("--csv runs a whole file, offline: it goes with --limit and --against only");
      const sources = readLocalSources(words, flags);
      return backtestCsv({ file: flags.csv, limit, sources, against: flags.against, currency: flags.currency }, console);
    }
    if (flags.against !== undefined) throw wrongUse("--against goes with --csv: stored decisions say themselves what was decided");
    if (flags.draft && words.length > 0) throw wrongUse("either files or --draft");
    const nowMs = Date.now();
    const from = flags.from === undefined ? undefined : instantOf("--from", flags.from, "ago", nowMs);
    const to = flags.to === undefined ? undefined : instantOf("--to", flags.to, "ago", nowMs);
    if (flags.cancel !== undefined) return cancelBacktest(openApi(flags, console), flags.cancel);
    if (flags.follow !== undefined) return followBacktest(openApi(flags, console), flags.follow, console);
    const sources = flags.draft ? null : readLocalSources(words, flags);
    const period = { from, to, maxDecisions: limit, message: flags.message };
    return backtestOnline(openApi(flags, console), { sources, period, detach: flags.detach }, console);
  },
});
