/** One thing wrong with a ruleset, a feature file or a case: where (JSON path, and line and column when the text is known) and a sentence. */
export interface Fault {
  /** Stable code, e.g. `unknown_feature`. */
  readonly code: string;
  /** The file it is in, as the caller named it, when there is more than one. */
  readonly file?: string;
  /** JSON path, e.g. `rules[3].conditions.amount.gt`. */
  readonly path: string;
  /** Lower case, no full stop, the offending input in backticks, the way out when there is one. */
  readonly message: string;
  readonly line?: number;
  readonly column?: number;
}
