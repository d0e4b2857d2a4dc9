import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createModelRuntime } from "../../adapters/onnx/model-runtime.ts";
import { ModelCard } from "../../core/model/card.ts";
import { createScorer, type Scorer } from "../../pipeline/score-model.ts";
import { REPOSITORY } from "../local/repository.ts";
import { compileOrtWasm } from "../train/ort-in-node.ts";

/** The Worker's own scorer over the model of the repository; null when there is none. Throws when it does not load. */
export async function loadLocalModel(currencyExponent: number, folder = join(REPOSITORY, "models/transfer")): Promise<Scorer | null> {
  const [bytes, card] = [join(folder, "model.onnx"), join(folder, "card.json")];
  if (!existsSync(bytes) || !existsSync(card)) return null;
  const model = createModelRuntime(await compileOrtWasm());
  const loaded = await model.load(new Uint8Array(readFileSync(bytes)), ModelCard.parse(JSON.parse(readFileSync(card, "utf8"))));
  if (!loaded.ok) throw new Error(`the model in ${folder} does not load: ${loaded.error.detail}`);
  return createScorer(model, currencyExponent);
}
