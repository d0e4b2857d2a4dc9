import { createModelRuntime } from "../../adapters/onnx/model-runtime.ts";
import type { ModelCard } from "../../core/model/card.ts";

/** Largest difference allowed between ONNX and XGBoost, in probability. */
export const MAX_DIFFERENCE = 1e-6;
const BATCH = 1_000;
const SINGLES = 500;

export interface AgreementSet {
  readonly rows: Float32Array;
  /** XGBoost's probability of each row. */
  readonly expected: Float64Array;
}

/**
 * Scores every row in batches, and the first ones alone as well, with the Worker's own runtime.
 * Gives the largest difference from what was expected; throws when the model does not load or run.
 */
export async function largestDifference(
  wasm: WebAssembly.Module,
  bytes: Uint8Array,
  card: ModelCard,
  { rows, expected }: AgreementSet,
): Promise<number> {
  const model = createModelRuntime(wasm);
  const loaded = await model.load(bytes, card);
  if (!loaded.ok) throw new Error(`the model does not load: ${loaded.error.detail}`);
  const width = card.inputs.length;
  let largest = 0;
  const compare = async (from: number, count: number) => {
    const scored = await model.score(rows.slice(from * width, (from + count) * width), count);
    if (!scored.ok) throw new Error(`the model does not run: ${scored.error.reason}`);
    for (const [i, probability] of scored.value.entries()) {
      const difference = Math.abs(probability - (expected[from + i] ?? Number.NaN));
      // NaN on either side is a disagreement, and NaN compares false.
      largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(largest, difference);
    }
  };
  for (let from = 0; from < expected.length; from += BATCH) await compare(from, Math.min(BATCH, expected.length - from));
  for (let row = 0; row < Math.min(SINGLES, expected.length); row++) await compare(row, 1);
  return largest;
}
