import { checkFiles } from "./check-files.ts";
import { publishFiles } from "./publish-files.ts";
import type { Terminal } from "./terminal.ts";

/** One action of `npm run rules`: takes the words after its name, returns the exit code (0 done, 1 refused). Throws a sentence on wrong use. */
type Action = (words: readonly string[], terminal: Terminal) => Promise<number>;

const ACTIONS: ReadonlyMap<string, Action> = new Map([
  ["check", checkFiles],
  ["publish", publishFiles],
]);

const USAGE = `usage: npm run rules -- check   [FILE…] [options]
       npm run rules -- publish [FILE…] [options]

check     checks the files as they would be published together, offline, and prints every fault with file:line:column
publish   makes the files live as one ruleset, for the next decision; they replace every rule that was live

Without FILE: all of rules/packs.

  --features FILE   where features are declared (default rules/features.json)
  --json            print one JSON object instead of sentences
  --currency CODE   check: whose minor unit amounts may use (default $CURRENCY, else EUR)
  --keep-features   publish: keep the features that are live
  --message TEXT    publish: why, for the history
  --url U           publish: the instance (default http://127.0.0.1:8787)
  --key K           publish: an API key that may publish (default: \`admin\` of keys.json in the data folder)
  --dir PATH        publish: the data folder of that instance (default .local)

Exit code 0: done. 1: refused, with the faults. 2: not run.`;

/** Runs one action; the exit code is 2 when it was called wrongly or could not run. Never throws. */
export async function runAction(words: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = words;
  if (name === undefined || name === "help" || words.includes("--help")) {
    terminal.say(USAGE);
    return name === undefined ? 2 : 0;
  }
  try {
    const action = ACTIONS.get(name);
    if (action === undefined) throw new Error(`unknown action \`${name}\`; there are ${[...ACTIONS.keys()].join(" and ")}`);
    return await action(rest, terminal);
  } catch (fault) {
    terminal.complain(sentenceOf(fault));
    return 2;
  }
}

function sentenceOf(fault: unknown): string {
  if (!(fault instanceof Error)) return String(fault);
  // What Node says of an unknown option goes on with a lesson on `--`.
  const isOption = "code" in fault && String(fault.code).startsWith("ERR_PARSE_ARGS");
  return isOption ? `${fault.message.split(". ")[0]}; \`--help\` shows the options` : fault.message;
}
