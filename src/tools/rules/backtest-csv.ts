import { compileFiles, localOptions } from "../backtest/compile-files.ts";
import { loadLocalModel } from "../backtest/local-model.ts";
import { runCsvBacktest } from "../backtest/run-csv-backtest.ts";
import { checkLocal, currencyOf } from "./check-local.ts";
import type { Report } from "./command.ts";
import { asSources, type LocalSources, readLocalSources, requireFile } from "./local-sources.ts";
import { showProgress } from "./progress.ts";
import { backtestLines } from "./show-backtest.ts";
import { countOf } from "./show-faults.ts";
import { Stopped } from "./stopped.ts";
import type { Console } from "./terminal.ts";

export interface CsvRun {
  readonly file: string;
  /** The first so many rows; undefined for all. */
  readonly limit: number | undefined;
  readonly sources: LocalSources;
  /** The rules folder to compare with; undefined compares with nobody. */
  readonly against: string | undefined;
  /** ISO 4217; undefined for the environment's. */
  readonly currency: string | undefined;
}

/** Replays a file of events through rules that were never published, here and in memory. */
export async function backtestCsv({ file, limit, sources, against, currency }: CsvRun, console: Console): Promise<Report> {
  requireFile(file);
  const checked = checkLocal(sources, currency, console.env);
  if (!checked.ok) return checked.report;
  const baseline = against === undefined ? null : readLocalSources([], { rules: against, features: undefined });
  const checkedBaseline = baseline === null ? null : checkLocal(baseline, currency, console.env);
  if (checkedBaseline !== null && !checkedBaseline.ok) return checkedBaseline.report;
  const code = currencyOf(currency, console.env);
  const options = localOptions({ currency: code, timeZone: console.env.TIME_ZONE ?? "UTC" });
  const compiled = (one: LocalSources) => {
    const made = compileFiles(asSources(one), options);
    if (!made.ok) throw new Error("what was checked does not compile");
    return made.value;
  };
  const progress = showProgress(console);
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort();
  process.once("SIGINT", interrupt);
  try {
    const { result, leftOut, unavailable, cut, isStopped } = await runCsvBacktest({
      file,
      limit: limit ?? Number.POSITIVE_INFINITY,
      draft: compiled(sources),
      baseline: baseline === null ? null : compiled(baseline),
      options,
      currency: code,
      score: await loadLocalModel(options.currencyExponent),
      endMs: Date.now(),
      onProgress: progress.update,
      signal: interruption.signal,
    });
    if (isStopped) throw new Stopped(1, "interrupted", "interrupted: nothing to show yet");
    const notes = [
      ...(leftOut === 0 ? [] : [`${countOf(leftOut, "row")} left out: the API would refuse their amounts`]),
      ...(unavailable.length === 0 ? [] : [`a file cannot give ${unavailable.join(", ")}: they were missing`]),
      ...(cut === 0 ? [] : [`of ${cut === 1 ? "1 entity" : `${cut} entities`} with very many events the oldest were let go`]),
    ];
    return {
      code: 0,
      document: { ok: true, result, left_out: leftOut, unavailable, cut },
      lines: backtestLines(result),
      complaints: notes,
    };
  } catch (fault) {
    // The reader's sentences are plain errors; anything else is a bug.
    throw fault instanceof Error && fault.name === "Error" ? new Stopped(1, "bad_file", fault.message) : fault;
  } finally {
    process.off("SIGINT", interrupt);
    progress.stop();
  }
}
