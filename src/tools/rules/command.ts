import { type Flags, type FlagValues, flagLines, parseFlags } from "./flags.ts";
import { EXIT_CODES, type ExitCode, wrongUse } from "./stopped.ts";
import type { Console } from "./terminal.ts";

/** What a command comes to: printed in one place, as lines for people or as one document for machines. */
export interface Report {
  readonly code: ExitCode;
  /** What `--json` prints. */
  readonly document: Readonly<Record<string, unknown>>;
  /** Results, for standard output. */
  readonly lines: readonly string[];
  /** What is wrong, and notes, for standard error. */
  readonly complaints?: readonly string[];
}

/** One command of an `npm run` script. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  readonly help: string;
  /** Runs it with the words after its name; throws `Stopped` with a sentence. */
  run(args: readonly string[], console: Console): Promise<Report>;
}

export interface CommandCall<F extends Flags> {
  readonly flags: FlagValues<F>;
  readonly words: readonly string[];
  readonly console: Console;
}

/** Every command has these. */
export const COMMON_FLAGS = {
  json: { about: "print one JSON document instead of sentences" },
  help: { short: "h", about: "show this" },
} as const satisfies Flags;

/** Makes a command from its name, its words and options, and what it does. */
export function defineCommand<const F extends Flags>(definition: {
  /** The script it belongs to (default `rules`). */
  readonly program?: string;
  readonly name: string;
  readonly summary: string;
  /** What stands after the name, e.g. `[FILE…]`; empty when it takes options only. */
  readonly takes: string;
  /** Most words it takes. */
  readonly mostWords: number;
  /** Further paragraphs of its help. */
  readonly about?: string;
  readonly flags: F;
  readonly run: (call: CommandCall<F>) => Promise<Report>;
}): Command {
  const { program = "rules", name, summary, takes, mostWords, about, flags } = definition;
  const known = { ...flags, ...COMMON_FLAGS };
  const usage = `npm run ${program} -- ${[name, takes, "[options]"].filter((part) => part !== "").join(" ")}`;
  return {
    name,
    summary,
    help: [`usage: ${usage}`, summary, ...(about === undefined ? [] : [about]), flagLines(known).join("\n"), EXIT_CODES].join("\n\n"),
    async run(args, console) {
      const { flags: given, words } = parseFlags(args, known);
      const extra = words[mostWords];
      if (extra !== undefined) throw wrongUse(`\`${extra}\` is one word too many: ${usage}`);
      // `known` holds every flag of `flags`.
      return definition.run({ flags: given as unknown as FlagValues<F>, words, console });
    },
  };
}
