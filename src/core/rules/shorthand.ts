import type { Vocabulary } from "../features/catalogue.ts";
import { type CheckContext, report } from "./check-context.ts";
import { checkTest } from "./check-test.ts";
import type { ConditionNode } from "./condition.ts";
import { clip, describe, type JsonEntry, type JsonNode } from "./json-node.ts";
import { didYouMean } from "./nearest.ts";

interface Shorthand {
  readonly key: string;
  readonly feature: string;
  /** How the value is read: as the feature's own test, as a number it must exceed, or as a flag it must equal. */
  readonly means: "test" | "above" | "flag";
}

/** The four short forms of S4.8, by the key that opens them. */
export const SHORTHANDS: ReadonlyMap<string, Shorthand> = new Map([
  ["ip_analysis", { key: "riskScore", feature: "ip_risk_score", means: "test" }],
  ["click_speed", { key: "maxPerMinute", feature: "click_count_1m", means: "above" }],
  ["geo_anomaly", { key: "unusualCountry", feature: "country_is_unusual", means: "flag" }],
  ["device_patterns", { key: "spoofingDetected", feature: "device_is_inconsistent", means: "flag" }],
]);

/** `{ "click_speed": { "maxPerMinute": 10 } }` as the test it stands for, `click_count_1m > 10`. */
export function checkShorthand(
  entry: JsonEntry,
  shorthand: Shorthand,
  vocabulary: Vocabulary,
  context: CheckContext,
): ConditionNode | null {
  const { value } = entry;
  if (value.kind !== "object" || value.entries.length === 0)
    return report(context, value, "wrong_type", `\`${entry.key}\` takes an object with \`${shorthand.key}\`, got ${describe(value)}`);
  let inner: JsonNode | null = null;
  for (const part of value.entries) {
    if (part.key === shorthand.key) inner = part.value;
    else
      report(context, part, "unknown_key", `unknown key \`${clip(part.key)}\` in \`${entry.key}\`${didYouMean(part.key, [shorthand.key])}`);
  }
  if (inner === null || value.entries.length > 1) return null;
  const feature = vocabulary.byName.get(shorthand.feature);
  if (feature === undefined)
    return report(context, entry, "unknown_feature", `\`${entry.key}\` reads the feature \`${shorthand.feature}\`, which is not declared`);
  return checkTest(feature, shorthand.means === "above" ? asAbove(inner) : inner, vocabulary, context);
}

/** `10` reads as `{ "gt": 10 }`. */
function asAbove(node: JsonNode): JsonNode {
  const { path, offset } = node;
  return { kind: "object", path, offset, entries: [{ key: "gt", path, offset, value: node }] };
}
