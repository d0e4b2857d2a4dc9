import { runRules } from "../../../src/tools/rules/run-rules.ts";

export interface Ran {
  readonly code: number;
  readonly said: readonly string[];
  readonly complained: readonly string[];
}

/** Where a command runs: nobody at the terminal and nothing in the environment unless given. */
export interface Surroundings {
  readonly env?: Readonly<Record<string, string>>;
  /** What standard input holds. */
  readonly input?: string;
  /** What somebody at a terminal answers, whatever the question. */
  readonly answer?: string;
}

/** What `npm run rules -- …words` exits with and prints, in given surroundings. */
export async function runIn({ env = {}, input = "", answer }: Surroundings, ...words: readonly string[]): Promise<Ran> {
  const said: string[] = [];
  const complained: string[] = [];
  const ask = async (question: string): Promise<string> => {
    complained.push(question);
    return answer ?? "";
  };
  const code = await runRules(words, {
    say: (line) => said.push(line),
    complain: (line) => complained.push(line),
    env,
    ask: answer === undefined ? null : ask,
    readInput: async () => input,
    isTerminal: false,
  });
  return { code, said, complained };
}

/** The same with nobody there and nothing set. */
export const run = (...words: readonly string[]): Promise<Ran> => runIn({}, ...words);
