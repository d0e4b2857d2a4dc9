import { report } from "../rules/check-context.ts";
import type { DeclarationContext } from "./check-declaration.ts";
import { isComparable } from "./comparable.ts";
import type { AddressMeasure, Declaration } from "./declaration.ts";
import type { FeatureDocument } from "./document.ts";
import { type FeatureEntry, placeOf } from "./feature-entry.ts";
import type { FeatureType } from "./value.ts";

const TYPES: Readonly<Record<AddressMeasure, FeatureType>> = {
  isDatacenter: "boolean",
  isVpn: "boolean",
  isTor: "boolean",
  blacklistCount: "count",
  country: "country",
  riskScore: "ratio",
};
/** What `differs` compares: numbers have `compare`. */
const TEXTUAL: ReadonlySet<FeatureType> = new Set(["country", "email", "ip", "id", "text", "boolean"]);

export function checkAddress({ name }: FeatureEntry, measure: AddressMeasure): Declaration {
  return { kind: "address", name, type: TYPES[measure], measure, default: null };
}

export function checkUnusualCountry(
  feature: FeatureEntry,
  document: Extract<FeatureDocument, { op: "unusualCountry" }>,
  context: DeclarationContext,
): Declaration | null {
  const of = context.checked.get(document.of);
  // Reported already.
  if (of === undefined) return null;
  if (of.type !== "country")
    return report(context.check, placeOf(feature, "of"), "wrong_type", `\`${of.name}\` is ${of.type}: \`unusualCountry\` reads a country`);
  return { kind: "unusualCountry", name: feature.name, type: "boolean", of: of.name, default: null };
}

export function checkDiffers(
  feature: FeatureEntry,
  document: Extract<FeatureDocument, { op: "differs" }>,
  context: DeclarationContext,
): Declaration | null {
  const [one, other] = [context.checked.get(document.of[0]), context.checked.get(document.of[1])];
  if (one === undefined || other === undefined) return null;
  const place = placeOf(feature, "of");
  const odd = [one, other].find(({ type }) => !TEXTUAL.has(type));
  if (odd !== undefined) return report(context.check, place, "wrong_type", `\`${odd.name}\` is ${odd.type}: numbers differ by \`compare\``);
  if (!isComparable(one.type, other.type))
    return report(
      context.check,
      place,
      "wrong_type",
      `\`${one.name}\` is ${one.type}, \`${other.name}\` is ${other.type}: they do not compare`,
    );
  return { kind: "differs", name: feature.name, type: "boolean", of: [one.name, other.name], default: null };
}
