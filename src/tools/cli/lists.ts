/** `npm run lists`: feeds and lists of addresses. */
import { createInterface } from "node:readline/promises";
import { text } from "node:stream/consumers";
import { runLists } from "../lists/run-lists.ts";

async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
}

process.exitCode = await runLists(process.argv.slice(2), {
  say: console.log,
  complain: console.error,
  env: process.env,
  ask: process.stdin.isTTY ? ask : null,
  readInput: () => text(process.stdin),
  isTerminal: process.stderr.isTTY === true,
});
