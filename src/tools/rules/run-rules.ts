import { didYouMean } from "../../core/rules/nearest.ts";
import type { Command, Report } from "./command.ts";
import { check } from "./commands/check.ts";
import { diff } from "./commands/diff.ts";
import { history } from "./commands/history.ts";
import { kill } from "./commands/kill.ts";
import { publish } from "./commands/publish.ts";
import { pull } from "./commands/pull.ts";
import { rollback } from "./commands/rollback.ts";
import { stats } from "./commands/stats.ts";
import { test } from "./commands/test.ts";
import { EXIT_CODES, Stopped, wrongUse } from "./stopped.ts";
import type { Console } from "./terminal.ts";

const COMMANDS: readonly Command[] = [check, test, diff, publish, rollback, history, kill, pull, stats];

/** `npm run rules`: runs one command and gives its exit code. With `--json` standard output is one document, whatever happens. */
export async function runRules(words: readonly string[], console: Console): Promise<number> {
  const [name, ...args] = words;
  const command = COMMANDS.find((one) => one.name === name);
  const options = args.includes("--") ? args.slice(0, args.indexOf("--")) : args;
  if (command !== undefined && options.some((word) => word === "--help" || word === "-h")) return explain(command.help, 0, console);
  if (name === undefined || name === "--help" || name === "-h" || name === "help")
    return explain(
      args.length > 0 ? (COMMANDS.find((one) => one.name === args[0])?.help ?? usage()) : usage(),
      name === undefined ? 2 : 0,
      console,
    );
  const report = await reportOf(name, command, args, console);
  if (words.includes("--json")) console.say(JSON.stringify(report.document));
  else for (const line of report.lines) console.say(line);
  for (const line of words.includes("--json") ? [] : (report.complaints ?? [])) console.complain(line);
  return report.code;
}

async function reportOf(name: string, command: Command | undefined, args: readonly string[], console: Console): Promise<Report> {
  try {
    if (command === undefined) {
      const known = COMMANDS.map((one) => one.name);
      throw wrongUse(`unknown command \`${name}\`${didYouMean(name, known) || `; there are ${known.join(", ")}`}`);
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

function usage(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  return [
    "usage: npm run rules -- COMMAND [options]",
    COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`).join("\n"),
    "`npm run rules -- COMMAND --help` shows the options of one. The rules themselves are described in rules/README.md.",
    EXIT_CODES,
  ].join("\n\n");
}
