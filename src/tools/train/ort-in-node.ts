import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

/** The WASM module that wrangler compiles at deploy time, compiled here: with it the Worker's own model adapter runs in Node. */
export async function compileOrtWasm(): Promise<WebAssembly.Module> {
  const path = createRequire(import.meta.url).resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm");
  return WebAssembly.compile(await readFile(path));
}
