import { err, ok, type Result } from "../result.ts";
import { type CheckContext, type CheckOptions, createCheckContext, report } from "../rules/check-context.ts";
import type { Fault } from "../rules/fault.ts";
import { clip, describe, entryOf, type JsonEntry } from "../rules/json-node.ts";
import { didYouMean } from "../rules/nearest.ts";
import { parseJson } from "../rules/parse-json.ts";
import { SHORTHANDS } from "../rules/shorthand.ts";
import { isZone } from "./calendar.ts";
import type { FeatureCatalogue } from "./catalogue.ts";
import { checkDeclaration, type DeclarationContext } from "./check-declaration.ts";
import { createCatalogue } from "./create-catalogue.ts";
import { FeatureDocument, OPERATORS_OF_FEATURES } from "./document.ts";
import type { FeatureEntry } from "./feature-entry.ts";
import { orderFeatures } from "./order-features.ts";
import { reportShape } from "./report-shape.ts";

export interface FeatureOptions extends CheckOptions {
  /** IANA zone of hours and weekdays. Default UTC. */
  readonly timeZone?: string;
}

const NAME = /^[a-z][a-z0-9_]{0,63}$/;
const RESERVED: ReadonlySet<string> = new Set(["all", "any", "none", "not", ...SHORTHANDS.keys()]);
const MOST_FEATURES = 1_000;

/**
 * Checks the text of `rules/features.json` and gives the catalogue it declares, slots in dependency order, or every fault with path, line and column.
 * Never throws on a hostile text. Throws RangeError on an option `timeZone` that is not a zone.
 */
export function checkFeatures(text: string, options: FeatureOptions = {}): Result<FeatureCatalogue, readonly Fault[]> {
  const context = createCheckContext(text, options);
  const timeZone = options.timeZone ?? "UTC";
  if (!isZone(timeZone)) throw new RangeError(`unknown time zone \`${timeZone}\``);
  const tree = parseJson(text, context);
  if (tree === null) return err(context.faults);
  if (tree.kind !== "object") {
    report(context, tree, "wrong_type", `expected an object of features by name, got ${describe(tree)}`);
    return err(context.faults);
  }
  const entries = tree.entries.filter((entry) => entry.key !== "$schema");
  if (entries.length > MOST_FEATURES) {
    report(context, tree, "too_large", `${entries.length} features are over the limit of ${MOST_FEATURES}`);
    return err(context.faults);
  }
  const features = entries.map((entry) => checkShape(entry, context)).filter((feature) => feature !== null);
  const ordered = orderFeatures(features, new Set(entries.map((entry) => entry.key)), context);
  const state: DeclarationContext = { check: context, timeZone, checked: new Map() };
  for (const feature of ordered) {
    const declaration = checkDeclaration(feature, state);
    if (declaration !== null) state.checked.set(feature.name, declaration);
  }
  if (context.faults.length > 0) return err(context.faults);
  return ok(createCatalogue([...state.checked.values()], timeZone, context.currencyExponent));
}

function checkShape(entry: JsonEntry, context: CheckContext): FeatureEntry | null {
  const { key: name, value } = entry;
  if (!NAME.test(name))
    return report(context, entry, "bad_name", `\`${clip(name)}\` is not a feature name: lower-case words joined by underscores`);
  if (RESERVED.has(name)) return report(context, entry, "bad_name", `\`${name}\` means something else in conditions: choose another name`);
  if (value.kind !== "object")
    return report(context, value, "wrong_type", `expected a feature such as \`{ "op": "count", … }\`, got ${describe(value)}`);
  const operator = entryOf(value, "op")?.value;
  if (operator?.kind !== "scalar" || typeof operator.value !== "string")
    return report(context, operator ?? value, "missing_key", `\`${name}\` needs \`op\`, one of ${OPERATORS_OF_FEATURES.join(", ")}`);
  if (!OPERATORS_OF_FEATURES.includes(operator.value))
    return report(
      context,
      operator,
      "unknown_operator",
      `unknown operator \`${clip(operator.value)}\`${didYouMean(operator.value, OPERATORS_OF_FEATURES)}`,
    );
  const document = FeatureDocument.safeParse(plainValue(value));
  if (document.success) return { name, document: document.data, entry, object: value };
  reportShape(document.error.issues, value, operator.value, context);
  return null;
}

/** The tree as the JSON value it stands for. A key `__proto__` is a key like any other. */
function plainValue(node: JsonEntry["value"]): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "array") return node.items.map(plainValue);
  return Object.fromEntries(node.entries.map(({ key, value }) => [key, plainValue(value)]));
}
