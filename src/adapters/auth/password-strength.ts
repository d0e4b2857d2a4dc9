import type { ZxcvbnFactory } from "@zxcvbn-ts/core";

/** What is looked at: more makes the estimate slow, and a long password is not made strong by its end. */
const JUDGED_CHARACTERS = 64;
/** The estimate of guesses as a power of ten: out of reach of an attacker who tries a hundred a second for years. */
const LEAST_GUESSES_LOG10 = 10;

let loaded: ZxcvbnFactory | null = null;

/** Whether a password is too common or too regular, by zxcvbn. Its dictionaries are loaded at the first use: decisions never pay for them. */
export async function isGuessable(password: string, names: readonly string[]): Promise<boolean> {
  loaded ??= await load();
  return loaded.check(password.slice(0, JUDGED_CHARACTERS), [...names]).guessesLog10 < LEAST_GUESSES_LOG10;
}

async function load(): Promise<ZxcvbnFactory> {
  const { ZxcvbnFactory: Factory } = await import("@zxcvbn-ts/core");
  const { adjacencyGraphs, dictionary } = await import("@zxcvbn-ts/language-common");
  return new Factory({ dictionary: { ...dictionary }, graphs: adjacencyGraphs });
}
