import type { World } from "../access/api-key.ts";
import type { CanonicalEvent } from "../event/event.ts";
import type { Decided } from "./decide.ts";
import type { Outcome } from "./outcome.ts";
import { recommend } from "./recommend.ts";
import { riskLevel } from "./score.ts";

/** What a test device makes of a decision: its outcome, or how the service answers: without Redis, late, not at all. */
export type ForcedResult = Outcome | "degraded" | "slow" | "failure";

const DEVICES: ReadonlyMap<string, ForcedResult> = new Map([
  ["test_allow", "allow"],
  ["test_challenge", "challenge"],
  ["test_review", "review"],
  ["test_block", "block"],
  ["test_degraded", "degraded"],
  ["test_slow", "slow"],
  ["test_500", "failure"],
]);

/** A score that the default policy answers with this outcome. */
const SCORES: Readonly<Record<Outcome, number>> = { allow: 0, challenge: 55, review: 70, block: 95 };

/** What the event's `device_id` forces in the test world; null for any other id, and always with a live key. */
export function forcedResult(world: World, event: Pick<CanonicalEvent, "dimensions">): ForcedResult | null {
  return world === "test" ? (DEVICES.get(event.dimensions.device ?? "") ?? null) : null;
}

/** A decision with the outcome that a test device forces, and a score that goes with it; any other result leaves it as it is. */
export function forceOutcome(decided: Decided, forced: ForcedResult | null, degraded: readonly string[]): Decided {
  if (forced === null || forced === "degraded" || forced === "slow" || forced === "failure") return decided;
  const score = SCORES[forced];
  const level = riskLevel(score);
  return {
    ...decided,
    outcome: forced,
    decidedBy: { kind: "test_device", reason: "test_device" },
    isHeldBack: false,
    decisive: null,
    blocking: [],
    score,
    level,
    reasons: ["test_device"],
    recommendations: recommend(forced, level, decided.acted, degraded),
  };
}
