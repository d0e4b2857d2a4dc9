// What wrangler's module rules make of an import: see `rules` in wrangler.toml.
declare module "*.wasm" {
  const module: WebAssembly.Module;
  // biome-ignore lint/style/noDefaultExport: wrangler exports a module this way
  export default module;
}
declare module "*.onnx" {
  const bytes: ArrayBuffer;
  // biome-ignore lint/style/noDefaultExport: wrangler exports a module this way
  export default bytes;
}
