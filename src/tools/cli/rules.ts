/** `npm run rules`: the rules workshop on the command line. */
import { createInterface } from "node:readline/promises";
import { text } from "node:stream/consumers";
import { runRules } from "../rules/run-rules.ts";

const ask = async (question: string): Promise<string> => {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await prompt.question(question);
  } finally {
    prompt.close();
  }
};

process.exitCode = await runRules(process.argv.slice(2), {
  say: console.log,
  complain: console.error,
  env: process.env,
  ask: process.stdin.isTTY && process.stderr.isTTY ? ask : null,
  readInput: () => text(process.stdin),
  isTerminal: process.stderr.isTTY === true,
});
