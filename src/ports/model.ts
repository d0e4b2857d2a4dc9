import type { ModelCard } from "../core/model/card.ts";
import type { Result } from "../core/result.ts";
import type { Answer } from "./answer.ts";

export interface ModelFault {
  /** `hash_mismatch`: not the bytes of the card; `unloadable`: not a model of the card's shape; `superseded`: a later load took its place. */
  readonly reason: "hash_mismatch" | "unloadable" | "superseded";
  readonly detail: string;
}
export interface ScoringModel {
  /** Answers at once, so that no request awaits a load another began. `loading` until the first load settles; `failed`: nothing to score with. */
  state(): "loading" | "ready" | "failed";
  /** Card of the model that `score` uses now; null before the first load. */
  card(): ModelCard | null;
  /** `name/version` of that card. */
  version(): string | null;
  /** Checks the bytes against the card's SHA-256, opens and warms them, then swaps. A failed load leaves the last good model in force. */
  load(bytes: Uint8Array, card: ModelCard): Promise<Result<void, ModelFault>>;
  /** Calibrated probabilities in [0, 1] of `count` rows of the card's width. `rows` must not change until it settles. Microtasks only. */
  score(rows: Float32Array, count: number): Answer<Float32Array>;
}
