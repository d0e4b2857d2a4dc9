/** Where an action writes: results, and what is wrong. */
export interface Terminal {
  readonly say: (line: string) => void;
  readonly complain: (line: string) => void;
}

/** What `npm run rules` runs with besides its words. */
export interface Console extends Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Puts a question to whoever is there; null when nobody is, as in CI. */
  readonly ask: ((question: string) => Promise<string>) | null;
  /** All of standard input. */
  readonly readInput: () => Promise<string>;
  /** Whether notes go to a terminal, where a bar may be redrawn. */
  readonly isTerminal: boolean;
}
