import { type Program, runProgram } from "../rules/run-program.ts";
import type { Console } from "../rules/terminal.ts";
import { check } from "./commands/check.ts";
import { exportEntries } from "./commands/export.ts";
import { importFeed } from "./commands/import.ts";
import { status } from "./commands/status.ts";
import { why } from "./commands/why.ts";

const LISTS: Program = {
  name: "lists",
  commands: [check, importFeed, status, exportEntries, why],
  about: "Lists of addresses, from feeds and from people.",
};

/** `npm run lists`: runs one command and gives its exit code. With `--json` standard output is one document, whatever happens. */
export const runLists = (words: readonly string[], console: Console): Promise<number> => runProgram(LISTS, words, console);
