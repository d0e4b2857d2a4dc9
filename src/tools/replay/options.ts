import { basename } from "node:path";
import { parseArgs } from "node:util";

export const USAGE = `usage: npm run replay -- FILE.csv[.gz] [options]

Sends a PaySim file through POST /api/v1/analyze of a running instance, its hours mapped so that they end now, and prints what was decided.

  --limit N         the first N transactions only
  --rate R          at most R a second (default: as fast as answers come)
  --concurrency C   requests in flight (default 8)
  --url U           the instance (default http://127.0.0.1:8787)
  --key K           an API key (default: \`api\` of keys.json in the data folder)
  --dir PATH        the data folder of that instance (default .local)
  --run NAME        a run of its own: without it a second replay of a file repeats the first one's ids and gets its answers
  --labels          post each transaction's label to its decision

Exit code 1 if any answer was an error.`;

export interface ReplayOptions {
  readonly file: string;
  /** Begins every transaction id, so that ids are the same for the same file, row and run. */
  readonly idPrefix: string;
  readonly limit: number;
  readonly ratePerSecond: number;
  readonly concurrency: number;
  readonly url: string;
  readonly key: string | null;
  readonly dataFolder: string;
  readonly postLabels: boolean;
}

/** Reads the command line; throws with a sentence when it does not make sense, null when help was asked for. */
export function readOptions(args: readonly string[]): ReplayOptions | null {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      limit: { type: "string" },
      rate: { type: "string" },
      concurrency: { type: "string", default: "8" },
      url: { type: "string", default: "http://127.0.0.1:8787" },
      key: { type: "string" },
      dir: { type: "string", default: ".local" },
      run: { type: "string" },
      labels: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return null;
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new Error("name one file to replay; `--help` shows the options");
  if (!URL.canParse(values.url)) throw new Error(`\`${values.url}\` is not a URL`);
  if (values.run !== undefined && !/^[\w.-]{1,40}$/.test(values.run))
    throw new Error("a run's name is at most 40 letters, digits, `_`, `.` and `-`");
  const stem = basename(file)
    .replace(/\.csv(\.gz)?$/, "")
    .slice(0, 64);
  return {
    file,
    idPrefix: values.run === undefined ? stem : `${values.run}-${stem}`,
    limit: positive("limit", values.limit, true) ?? Number.POSITIVE_INFINITY,
    ratePerSecond: positive("rate", values.rate, false) ?? Number.POSITIVE_INFINITY,
    concurrency: positive("concurrency", values.concurrency, true) ?? 8,
    url: values.url.replace(/\/+$/, ""),
    key: values.key ?? null,
    dataFolder: values.dir,
    postLabels: values.labels,
  };
}

function positive(name: string, text: string | undefined, isWhole: boolean): number | null {
  if (text === undefined) return null;
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value) || (isWhole && !Number.isInteger(value))) {
    throw new Error(`--${name} is a ${isWhole ? "whole number" : "number"} above 0, not \`${text}\``);
  }
  return value;
}
