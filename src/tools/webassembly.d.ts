// Node has WebAssembly, its type package does not: the part of it that tools and tests use.
declare namespace WebAssembly {
  interface Module {
    readonly [Symbol.toStringTag]?: string;
  }
  type Instance = { readonly exports: Readonly<Record<string, unknown>> };
  type Imports = Record<string, Record<string, unknown>>;
  function compile(bytes: Uint8Array): Promise<Module>;
  function instantiate(module: Module, imports?: Imports): Promise<Instance>;
}
