import { didYouMean } from "../../core/rules/nearest.ts";
import type { Command, Report } from "./command.ts";
import { EXIT_CODES, Stopped, wrongUse } from "./stopped.ts";
import type { Console } from "./terminal.ts";

/** Commands of one `npm run` script. */
export interface Program {
  readonly name: string;
  readonly commands: readonly Command[];
  /** Ends the list of commands. */
  readonly about: string;
}

/** Runs one command of a program and gives its exit code. With `--json` standard output is one document, whatever happens. */
export async function runProgram(program: Program, words: readonly string[], console: Console): Promise<number> {
  const { commands } = program;
  const [name, ...args] = words;
  const command = commands.find((one) => one.name === name);
  const options = args.includes("--") ? args.slice(0, args.indexOf("--")) : args;
  if (command !== undefined && options.some((word) => word === "--help" || word === "-h")) return explain(command.help, 0, console);
  if (name === undefined || name === "--help" || name === "-h" || name === "help")
    return explain(
      args.length > 0 ? (commands.find((one) => one.name === args[0])?.help ?? usage(program)) : usage(program),
      name === undefined ? 2 : 0,
      console,
    );
  const report = await reportOf(program, command, words, console);
  if (words.includes("--json")) console.say(JSON.stringify(report.document));
  else for (const line of report.lines) console.say(line);
  for (const line of words.includes("--json") ? [] : (report.complaints ?? [])) console.complain(line);
  return report.code;
}

async function reportOf(
  { commands }: Program,
  command: Command | undefined,
  [name, ...args]: readonly string[],
  console: Console,
): Promise<Report> {
  try {
    if (command === undefined) {
      const known = commands.map((one) => one.name);
      throw wrongUse(`unknown command \`${name}\`${didYouMean(name ?? "", known) || `; there are ${known.join(", ")}`}`);
    }
    return await command.run(args, console);
  } catch (fault) {
    if (!(fault instanceof Stopped)) throw fault;
    const document = { ok: false, code: fault.code, detail: fault.message, ...fault.more };
    return { code: fault.exitCode, document, lines: [], complaints: [fault.message, ...fault.lines] };
  }
}

function explain(text: string, code: 0 | 2, { say }: Console): number {
  say(text);
  return code;
}

function usage({ name: program, commands, about }: Program): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    `usage: npm run ${program} -- COMMAND [options]`,
    commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`).join("\n"),
    `\`npm run ${program} -- COMMAND --help\` shows the options of one. ${about}`,
    EXIT_CODES,
  ].join("\n\n");
}
