import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ModelCard } from "../../core/model/card.ts";
import { type AgreementSet, largestDifference, MAX_DIFFERENCE } from "./check-agreement.ts";

/** Every so many rows of the agreement set are kept beside the model, for the tests. */
const KEEP_EVERY = 40;

/**
 * Takes one trained model from `from`, checks it against XGBoost's own answers and writes model.onnx, card.json and agreement.json to `to`.
 * Writes nothing and throws when they disagree.
 */
export async function publishModel(wasm: WebAssembly.Module, from: string, to: string): Promise<ModelCard> {
  const bytes = new Uint8Array(await readFile(join(from, "model.onnx")));
  const draft = JSON.parse(await readFile(join(from, "card.json"), "utf8"));
  const set: AgreementSet = {
    rows: new Float32Array(copyOf(await readFile(join(from, "rows.f32")))),
    expected: new Float64Array(copyOf(await readFile(join(from, "expected.f64")))),
  };
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const unchecked = {
    ...draft,
    version: `${draft.version}-${sha256.slice(0, 8)}`,
    sha256,
    agreement: { rows: set.expected.length, maxDifference: 0 },
  };
  const difference = await largestDifference(wasm, bytes, ModelCard.parse(unchecked), set);
  if (!(difference <= MAX_DIFFERENCE)) {
    throw new Error(`${draft.name}: ONNX and XGBoost differ by ${difference}, more than ${MAX_DIFFERENCE}; nothing was written`);
  }
  const card = ModelCard.parse({ ...unchecked, agreement: { rows: set.expected.length, maxDifference: difference } });
  await mkdir(to, { recursive: true });
  await writeFile(join(to, "model.onnx"), bytes);
  await writeFile(join(to, "card.json"), `${JSON.stringify(card, null, 2)}\n`);
  await writeFile(join(to, "agreement.json"), sample(set, card.inputs.length));
  return card;
}

/** A few rows with their expected probabilities as JSON, one row a line; null is NaN. */
function sample({ rows, expected }: AgreementSet, width: number): string {
  const lines: string[] = [];
  for (let row = 0; row < expected.length; row += KEEP_EVERY) {
    const values = [...rows.subarray(row * width, (row + 1) * width)].map((value) => (Object.is(value, -0) ? "-0" : JSON.stringify(value)));
    lines.push(`  { "row": [${values.join(", ")}], "expected": ${JSON.stringify(expected[row])} }`);
  }
  return `[\n${lines.join(",\n")}\n]\n`;
}

// A small file's Buffer is a window into a shared pool: typed arrays need bytes of their own.
const copyOf = (buffer: Buffer): ArrayBuffer => new Uint8Array(buffer).buffer;
