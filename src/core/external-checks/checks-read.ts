import { readsOf } from "../backtest/fact-reader.ts";
import type { FeatureCatalogue } from "../features/catalogue.ts";

/** Services that some features read, themselves or by what they are made of, each once, by name. */
export function checksReadBy(catalogue: FeatureCatalogue, features: Iterable<string>): readonly string[] {
  const found = new Set<string>();
  const seen = new Set<string>();
  const open = [...features];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const declaration = catalogue.declarations[catalogue.byName.get(name)?.slot ?? -1];
    if (declaration === undefined) continue;
    if (declaration.kind === "service") found.add(declaration.service);
    open.push(...readsOf(declaration));
  }
  return [...found].sort();
}
