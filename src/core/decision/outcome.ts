/** From mild to severe: pass, 3-D Secure, a person looks, refuse. */
export const OUTCOMES = ["allow", "challenge", "review", "block"] as const;
export type Outcome = (typeof OUTCOMES)[number];

const RANK: Readonly<Record<Outcome, number>> = { allow: 0, challenge: 1, review: 2, block: 3 };

export const atLeast = (a: Outcome, b: Outcome): Outcome => (RANK[a] >= RANK[b] ? a : b);
export const atMost = (a: Outcome, b: Outcome): Outcome => (RANK[a] <= RANK[b] ? a : b);

export interface Thresholds {
  readonly challengeAt: number;
  readonly reviewAt: number;
  readonly blockAt: number;
}

/** What the score alone asks for. */
export function outcomeOfScore(score: number, thresholds: Thresholds): Outcome {
  if (score >= thresholds.blockAt) return "block";
  if (score >= thresholds.reviewAt) return "review";
  return score >= thresholds.challengeAt ? "challenge" : "allow";
}

/** What a fired live rule says about the outcome beside its points. */
export interface OutcomeBound {
  readonly atLeast?: Outcome | undefined;
  readonly atMost?: Outcome | undefined;
}

/** Precedence of D11 below the lists: a rule's `atLeast` over `atMost` over the score's thresholds. */
export function boundOutcome(base: Outcome, bounds: readonly OutcomeBound[]): Outcome {
  let outcome = base;
  for (const bound of bounds) if (bound.atMost !== undefined) outcome = atMost(outcome, bound.atMost);
  for (const bound of bounds) if (bound.atLeast !== undefined) outcome = atLeast(outcome, bound.atLeast);
  return outcome;
}
