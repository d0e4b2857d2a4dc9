import { runAction } from "../../../src/tools/rules/run-action.ts";

export interface Ran {
  readonly code: number;
  readonly said: readonly string[];
  readonly complained: readonly string[];
}

/** What `npm run rules -- …words` exits with and prints. */
export async function run(...words: readonly string[]): Promise<Ran> {
  const said: string[] = [];
  const complained: string[] = [];
  const code = await runAction(words, { say: (line) => said.push(line), complain: (line) => complained.push(line) });
  return { code, said, complained };
}
