/** Where an action writes: results, and what is wrong. */
export interface Terminal {
  readonly say: (line: string) => void;
  readonly complain: (line: string) => void;
}
