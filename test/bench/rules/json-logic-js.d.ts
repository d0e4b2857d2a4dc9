/** The package has no types of its own; this is what the benchmark uses of it. */
declare module "json-logic-js" {
  export type RulesLogic = { readonly [operation: string]: readonly unknown[] };
  const jsonLogic: { apply(logic: RulesLogic, data: unknown): unknown };
  // biome-ignore lint/style/noDefaultExport: that is how the package exports it
  export default jsonLogic;
}
