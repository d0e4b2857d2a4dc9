import type { World } from "../core/access/api-key.ts";
import { round } from "../core/decision/score.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { Refusal } from "./refusal.ts";
import type { Services } from "./services.ts";

const BUDGET_MS = 2_000;

export interface StatsAnswer {
  readonly total_predictions: number;
  readonly fraud_detected: number;
  /** A fraction of predictions, 6 decimals. */
  readonly fraud_rate: number;
  readonly last_prediction_time: string | null;
  readonly is_model_loaded: boolean;
}

/** S3.4, from Postgres; what the outbox still holds arrives within seconds. */
export async function readStats(services: Services, world: World): Promise<Result<StatsAnswer, Refusal>> {
  const stats = await services.records.stats(world === "live", BUDGET_MS);
  if (!stats.ok) return err({ kind: "unavailable", part: stats.error.source });
  const { totalPredictions, fraudDetected, lastPredictionMs } = stats.value;
  return ok({
    total_predictions: totalPredictions,
    fraud_detected: fraudDetected,
    fraud_rate: totalPredictions === 0 ? 0 : round(fraudDetected / totalPredictions, 6),
    last_prediction_time: lastPredictionMs === null ? null : new Date(lastPredictionMs).toISOString(),
    is_model_loaded: services.model.state() === "ready",
  });
}
