import { readFileSync } from "node:fs";
import * as native from "onnxruntime-node";
import { createModelRuntime } from "../../src/adapters/onnx/model-runtime.ts";
import { ModelCard } from "../../src/core/model/card.ts";
import { compileOrtWasm } from "../../src/tools/train/ort-in-node.ts";
import { readTrees } from "./model/read-trees.ts";
import { timeXgboost } from "./model/time-xgboost.ts";
import { walkTrees } from "./model/walk-trees.ts";

const ROUNDS = 21;
const SIZES = [1, 100] as const;
const CALLS: Readonly<Record<number, number>> = { 1: 2_000, 100: 100 };

/** Median microseconds a row of one contender. */
export interface ModelTiming {
  readonly contender: string;
  readonly batch: number;
  readonly microsecondsPerRow: number;
}

interface Contender {
  readonly name: string;
  readonly score: (rows: Float32Array, count: number) => Promise<ArrayLike<number>>;
}

/** Times models/transfer in the Worker's runtime beside native ONNX Runtime, bare trees and XGBoost, interleaved, after checking that all agree. */
export async function benchModel(): Promise<ModelTiming[]> {
  const bytes = new Uint8Array(readFileSync(new URL("../../models/transfer/model.onnx", import.meta.url)));
  const card = ModelCard.parse(JSON.parse(readFileSync(new URL("../../models/transfer/card.json", import.meta.url), "utf8")));
  const cases = JSON.parse(readFileSync(new URL("../../models/transfer/agreement.json", import.meta.url), "utf8")) as {
    row: (number | null)[];
    expected: number;
  }[];
  const width = card.inputs.length;
  const rows = Float32Array.from(cases.slice(0, 200).flatMap(({ row }) => row.map((value) => value ?? Number.NaN)));
  const expected = cases.slice(0, 200).map((each) => each.expected);
  const contenders = await contendersOf(bytes, card);
  for (const { name, score } of contenders) await agree(name, score, rows, width, expected);

  const timings: ModelTiming[] = [];
  for (const batch of SIZES) {
    const samples = contenders.map((): number[] => []);
    for (let round = -2; round < ROUNDS; round++) {
      for (const [i, { score }] of contenders.entries()) {
        const taken = await time(score, rows, width, batch);
        if (round >= 0) samples[i]?.push(taken);
      }
    }
    for (const [i, { name }] of contenders.entries())
      timings.push({ contender: name, batch, microsecondsPerRow: median(samples[i] ?? []) });
  }
  const xgboost = timeXgboost(readTrees(bytes), rows, width);
  for (const batch of xgboost === null ? [] : SIZES) {
    timings.push({ contender: "XGBoost (Python, own process)", batch, microsecondsPerRow: (xgboost?.[batch] ?? Number.NaN) / batch });
  }
  return timings;
}

async function contendersOf(bytes: Uint8Array, card: ModelCard): Promise<Contender[]> {
  const model = createModelRuntime(await compileOrtWasm());
  const loaded = await model.load(bytes, card);
  if (!loaded.ok) throw new Error(loaded.error.detail);
  const session = await native.InferenceSession.create(bytes, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  const trees = readTrees(bytes);
  const { calibration } = card.output;
  const { slope, intercept } = calibration.method === "platt" ? calibration : { slope: 1, intercept: 0 };
  const width = card.inputs.length;
  return [
    {
      name: "Tollgate (ONNX Runtime Web, WASM)",
      score: async (rows, count) => {
        const scored = await model.score(rows, count);
        if (!scored.ok) throw new Error(scored.error.reason);
        return scored.value;
      },
    },
    {
      name: "native ONNX Runtime (onnxruntime-node)",
      score: async (rows, count) => {
        const { probability } = await session.run({ features: new native.Tensor("float32", rows, [count, width]) }, ["probability"]);
        return probability?.data as Float32Array;
      },
    },
    {
      name: "bare trees in typed arrays (the limit)",
      score: async (rows, count) => {
        const scored = new Float32Array(count);
        for (let i = 0; i < count; i++) scored[i] = 1 / (1 + Math.exp(-(slope * walkTrees(trees, rows, i * width) + intercept)));
        return scored;
      },
    },
  ];
}

async function agree(
  name: string,
  score: Contender["score"],
  rows: Float32Array,
  width: number,
  expected: readonly number[],
): Promise<void> {
  const scored = await score(rows, rows.length / width);
  const worst = Math.max(...expected.map((value, i) => Math.abs((scored[i] ?? Number.NaN) - value)));
  if (!(worst <= 1e-6)) throw new Error(`${name} is ${worst} away from the expected probabilities`);
}

async function time(score: Contender["score"], rows: Float32Array, width: number, batch: number): Promise<number> {
  const calls = CALLS[batch] ?? 1;
  const inputs = Array.from({ length: 100 }, (_, i) => rows.slice(i * width, (i + batch) * width));
  const start = performance.now();
  for (let call = 0; call < calls; call++) await score(inputs[call % 100] ?? rows, batch);
  return ((performance.now() - start) * 1_000) / calls / batch;
}

function median(samples: readonly number[]): number {
  return [...samples].sort((a, b) => a - b)[samples.length >> 1] ?? Number.NaN;
}

/** The timings as lines of text, one contender a line. */
export function modelTable(timings: readonly ModelTiming[]): string {
  const names = [...new Set(timings.map(({ contender }) => contender))];
  const cell = (contender: string, batch: number) =>
    timings
      .find((timing) => timing.contender === contender && timing.batch === batch)
      ?.microsecondsPerRow.toFixed(2)
      .padStart(12) ?? "";
  const lines = names.map((name) => `${name.padEnd(40)}${SIZES.map((batch) => cell(name, batch)).join("")}`);
  return [`${"model, µs a row".padEnd(40)}${SIZES.map((batch) => `batch ${batch}`.padStart(12)).join("")}`, ...lines].join("\n");
}

if (import.meta.main) console.log(modelTable(await benchModel()));
