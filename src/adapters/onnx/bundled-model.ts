import ortWasm from "onnxruntime-web/ort-wasm-simd-threaded.wasm";
import card from "../../../models/transfer/card.json";
import bytes from "../../../models/transfer/model.onnx";
import { ModelCard } from "../../core/model/card.ts";

/** What the Worker is deployed with: ONNX Runtime's compiled module and the default model with its card. */
export const bundledModel = {
  wasm: ortWasm,
  bytes: new Uint8Array(bytes),
  card: ModelCard.parse(card),
};
