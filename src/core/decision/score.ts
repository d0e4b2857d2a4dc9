export const RISK_LEVELS = ["LOW", "MEDIUM", "HIGH", "CRITICAL"] as const;
export type RiskLevel = (typeof RISK_LEVELS)[number];

/**
 * The risk score in [0, 100], rounded to 2 decimals before anything compares it (D11):
 * 100 × (1 − (1 − p)(1 − s/100)), the noisy-or of the model's probability and the rules' points.
 * @param probability the model's calibrated probability in [0, 1]
 * @param points sum of the points of fired live rules; clamped to 0…100
 */
export function riskScore(probability: number, points: number): number {
  const share = Math.min(100, Math.max(0, points)) / 100;
  return round(100 * (1 - (1 - probability) * (1 - share)), 2);
}

/** LOW < 30 ≤ MEDIUM < 50 ≤ HIGH < 80 ≤ CRITICAL. */
export function riskLevel(score: number): RiskLevel {
  if (score >= 80) return "CRITICAL";
  if (score >= 50) return "HIGH";
  return score >= 30 ? "MEDIUM" : "LOW";
}

/** Certainty of p, max(p, 1 − p), times the share of facts present; in [0, 1], 4 decimals. */
export function confidence(probability: number, presentShare: number): number {
  return round(Math.max(probability, 1 - probability) * presentShare, 4);
}

/** Rounds half up to a number of decimals. */
export function round(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  return Math.round(value * scale * (1 + Number.EPSILON)) / scale;
}
