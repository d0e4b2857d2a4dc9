import { type CheckContext, report } from "../rules/check-context.ts";
import { clip } from "../rules/json-node.ts";
import { didYouMean } from "../rules/nearest.ts";
import { type FeatureEntry, placeOf, readsOf } from "./feature-entry.ts";

/** Sorts features so that each comes after those it reads, else in the file's order. Reports names that are not declared (`declared` holds also the faulty ones) and cycles. */
export function orderFeatures(features: readonly FeatureEntry[], declared: ReadonlySet<string>, context: CheckContext): FeatureEntry[] {
  const byName = new Map(features.map((feature) => [feature.name, feature]));
  const ordered: FeatureEntry[] = [];
  const state = new Map<string, "open" | "done">();

  // Iterative: a chain of thousands of features is legal JSON and must not exhaust the stack.
  for (const root of features) {
    const stack: { feature: FeatureEntry; next: number }[] = [];
    const open = (feature: FeatureEntry): void => {
      state.set(feature.name, "open");
      stack.push({ feature, next: 0 });
    };
    if (!state.has(root.name)) open(root);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const read = readsOf(top.feature)[top.next++];
      if (read === undefined) {
        state.set(top.feature.name, "done");
        ordered.push(top.feature);
        stack.pop();
        continue;
      }
      const target = byName.get(read.name);
      if (target === undefined) {
        if (!declared.has(read.name))
          report(
            context,
            placeOf(top.feature, read.key),
            "unknown_feature",
            `unknown feature \`${clip(read.name)}\`${didYouMean(read.name, declared)}`,
          );
      } else if (state.get(read.name) === "open") {
        const cycle = stack.slice(stack.findIndex(({ feature }) => feature === target)).map(({ feature }) => feature.name);
        report(
          context,
          placeOf(top.feature, read.key),
          "cycle",
          `features read each other: ${[...cycle, read.name].map((name) => `\`${name}\``).join(" → ")}`,
        );
      } else if (!state.has(read.name)) open(target);
    }
  }
  return ordered;
}
