/** What a condition is worth (D4): `null` is unknown. */
export type Verdict = boolean | null;

/** A verdict as a number, for tight loops; TRUE and UNKNOWN are distinct bits. */
export const FALSE = 0;
export const TRUE = 1;
export const UNKNOWN = 2;
export type Truth = typeof FALSE | typeof TRUE | typeof UNKNOWN;

export const toTruth = (verdict: Verdict): Truth => (verdict === null ? UNKNOWN : verdict ? TRUE : FALSE);
export const negate = (truth: Truth): Truth => (truth === UNKNOWN ? UNKNOWN : truth === TRUE ? FALSE : TRUE);
