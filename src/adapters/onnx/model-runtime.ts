import { type ModelCard, modelVersion } from "../../core/model/card.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { digestHex } from "../../core/secrecy/digest-hex.ts";
import type { ModelFault, ScoringModel } from "../../ports/model.ts";
import { openSession, type Session } from "./session.ts";

interface Loaded {
  readonly card: ModelCard;
  readonly session: Session;
}

/**
 * A model in ONNX Runtime's WASM. `wasm` is `onnxruntime-web/ort-wasm-simd-threaded.wasm`, compiled.
 * A load that fails leaves the last good model in force; a load that ends after a later one succeeded is dropped.
 */
export function createModelRuntime(wasm: WebAssembly.Module): ScoringModel {
  let current: Loaded | null = null;
  let state: ReturnType<ScoringModel["state"]> = "loading";
  let begun = 0;
  let pending = 0;
  let installed = 0;

  async function load(bytes: Uint8Array, card: ModelCard): Promise<Result<void, ModelFault>> {
    const mine = ++begun;
    pending++;
    const opened = await open(wasm, bytes, card);
    pending--;
    if (!opened.ok) {
      if (current === null && pending === 0) state = "failed";
      return opened;
    }
    if (mine < installed) {
      await opened.value.session.release();
      return err({ reason: "superseded", detail: `a later load took the place of ${modelVersion(card)}` });
    }
    const before = current;
    current = opened.value;
    installed = mine;
    state = "ready";
    // Runs already queued on the old session come first: release waits behind them.
    await before?.session.release();
    return ok(undefined);
  }

  return {
    state: () => state,
    card: () => current?.card ?? null,
    version: () => (current === null ? null : modelVersion(current.card)),
    load,
    async score(rows, count) {
      const model = current;
      if (model === null || state !== "ready") return err({ source: "model", reason: "unavailable" });
      if (count === 0) return ok(new Float32Array(0));
      if (rows.length !== count * model.card.inputs.length) return err({ source: "model", reason: "invalid" });
      try {
        return ok(await model.session.run(rows, count));
      } catch {
        // A trap leaves the WASM heap undefined; only this model's next successful load may say otherwise.
        if (model === current) state = "failed";
        return err({ source: "model", reason: "unavailable" });
      }
    },
  };
}

async function open(wasm: WebAssembly.Module, bytes: Uint8Array, card: ModelCard): Promise<Result<Loaded, ModelFault>> {
  const hash = await digestHex("SHA-256", bytes);
  if (hash !== card.sha256) return err({ reason: "hash_mismatch", detail: `the bytes are ${hash}, the card says ${card.sha256}` });
  try {
    return ok({ card, session: await openSession(wasm, bytes, { width: card.inputs.length, output: card.output.name }) });
  } catch (fault) {
    return err({ reason: "unloadable", detail: fault instanceof Error ? fault.message : String(fault) });
  }
}
