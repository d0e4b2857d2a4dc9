/** How large a document may be. Anything beyond is a fault, found before work is spent on it. */
export interface Limits {
  /** Characters of one file. */
  readonly textLength: number;
  /** Levels of nested objects and arrays. */
  readonly depth: number;
  /** Rules of all files together. */
  readonly rules: number;
  /** Tests (feature, operator, operand) of all rules together, defines counted wherever they are used. */
  readonly tests: number;
  /** Tests of one rule, counted the same way. */
  readonly testsPerRule: number;
  /** Cost of one rule in `costOf`'s unit, about the time of one comparison. */
  readonly ruleCost: number;
  /** Values of one `in`, `notIn` or `cidr`. */
  readonly listLength: number;
  /** Characters of one string. */
  readonly stringLength: number;
  /** Instructions of one compiled regular expression. */
  readonly regexSize: number;
  /** Faults listed; the rest are left out. */
  readonly faults: number;
}

export const DEFAULT_LIMITS: Limits = {
  textLength: 2_000_000,
  depth: 32,
  rules: 5_000,
  tests: 50_000,
  testsPerRule: 1_000,
  ruleCost: 5_000,
  listLength: 1_000,
  stringLength: 1_000,
  regexSize: 2_000,
  faults: 200,
};
