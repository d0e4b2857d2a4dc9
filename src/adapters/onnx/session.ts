import { env, InferenceSession, Tensor } from "onnxruntime-web/wasm";
import { exclusively } from "./exclusive.ts";

/** One loaded model; every call goes through the isolate's one queue. */
export interface Session {
  /** `count` rows of the model's width in, one value for each out. `rows` must not change until it settles. Rejects when the runtime fails. */
  run(rows: Float32Array, count: number): Promise<Float32Array>;
  release(): Promise<void>;
}

export interface Shape {
  readonly width: number;
  readonly output: string;
}

const INPUT = "features";

/** Opens ONNX bytes with the WASM module compiled at deploy time (Workers refuse to compile bytes). Rejects when they are not a model of this shape. */
export function openSession(wasm: WebAssembly.Module, bytes: Uint8Array, shape: Shape): Promise<Session> {
  return exclusively(async () => {
    const inner = await withPrecompiled(wasm, () => InferenceSession.create(bytes, { executionProviders: ["wasm"] }));
    try {
      if (!inner.inputNames.includes(INPUT) || !inner.outputNames.includes(shape.output)) {
        throw new Error(`the model has no input \`${INPUT}\` or no output \`${shape.output}\``);
      }
      // The first run is about a thousand times slower than the next: it belongs to the load. It also proves the width.
      const [first] = await runNow(inner, shape, new Float32Array(shape.width).fill(Number.NaN), 1);
      if (first === undefined || !(first >= 0 && first <= 1)) throw new Error("the model's answer is not a probability");
    } catch (fault) {
      await inner.release();
      throw fault;
    }
    return {
      run: (rows, count) => exclusively(() => runNow(inner, shape, rows, count)),
      release: () => exclusively(() => inner.release()),
    };
  });
}

async function runNow(session: InferenceSession, { width, output }: Shape, rows: Float32Array, count: number): Promise<Float32Array> {
  const features = new Tensor("float32", rows, [count, width]);
  // No preallocated output: ONNX Runtime Web never copies the result back into one that lives outside its heap.
  const { [output]: probability } = await session.run({ [INPUT]: features }, [output]);
  if (!(probability?.data instanceof Float32Array)) throw new Error(`the output \`${output}\` is not float32`);
  return probability.data;
}

/**
 * ONNX Runtime instantiates its WASM from bytes, once, inside the first `create`; nothing lets a caller hand it a module.
 * While `work` runs, an instantiation from bytes gets the module instead; one from a module passes through.
 */
async function withPrecompiled<T>(wasm: WebAssembly.Module, work: () => Promise<T>): Promise<T> {
  env.wasm.numThreads = 1;
  env.wasm.proxy = false;
  // Skips the look-up of a URL; the contents are never read.
  env.wasm.wasmBinary = new ArrayBuffer(8);
  const api = WebAssembly as unknown as { instantiate: (source: unknown, imports: WebAssembly.Imports) => Promise<unknown> };
  const real = api.instantiate;
  api.instantiate = async (source, imports) =>
    source instanceof ArrayBuffer || ArrayBuffer.isView(source)
      ? { module: wasm, instance: await real(wasm, imports) }
      : real(source, imports);
  try {
    return await work();
  } finally {
    api.instantiate = real;
  }
}
