import { type CheckContext, report } from "../rules/check-context.ts";
import type { Literal } from "../rules/condition.ts";
import { clip } from "../rules/json-node.ts";
import { LITERAL_FORM, parseLiteral } from "../rules/literal.ts";
import { didYouMean } from "../rules/nearest.ts";
import { BODY_FIELDS } from "./body-fields.ts";
import { isZone } from "./calendar.ts";
import { checkAddress, checkDiffers, checkUnusualCountry } from "./check-address.ts";
import { checkArithmetic, checkCompare, checkEmail } from "./check-derived.ts";
import { checkHistory } from "./check-history.ts";
import { isComparable } from "./comparable.ts";
import type { Declaration, Default } from "./declaration.ts";
import { type FeatureEntry, placeOf } from "./feature-entry.ts";
import type { FeatureType } from "./value.ts";

/** Carried through the checking of one file. */
export interface DeclarationContext {
  readonly check: CheckContext;
  readonly timeZone: string;
  /** Features checked so far, in slot order: all that one may read. */
  readonly checked: Map<string, Declaration>;
}

/** Checks what one well-shaped feature means, or reports why it cannot be. */
export function checkDeclaration(feature: FeatureEntry, context: DeclarationContext): Declaration | null {
  const declaration = withoutDefault(feature, context);
  if (declaration === null) return null;
  const given = feature.document.default;
  if (given === undefined) return declaration;
  const standIn = checkDefault(feature, given, declaration.type, context);
  return standIn === null ? null : { ...declaration, default: standIn };
}

function withoutDefault(feature: FeatureEntry, context: DeclarationContext): Declaration | null {
  const { name, document } = feature;
  switch (document.op) {
    case "field":
      return checkField(feature, document.path, document.type, context);
    case "add":
    case "subtract":
    case "multiply":
    case "divide":
    case "mod":
    case "abs":
      return checkArithmetic(feature, document, context);
    case "compare":
      return checkCompare(feature, document, context);
    case "calendar": {
      const zone = document.zone ?? context.timeZone;
      if (!isZone(zone))
        return report(
          context.check,
          placeOf(feature, "zone"),
          "bad_zone",
          `\`${clip(zone)}\` is not an IANA time zone such as \`Europe/Berlin\``,
        );
      return { kind: "calendar", name, type: document.part, part: document.part, zone, default: null };
    }
    case "distance":
      return { kind: "distance", name, type: "ratio", measure: document.measure, by: document.by, default: null };
    case "behaviour":
      return { kind: "behaviour", name, type: document.type, column: document.column, default: null };
    case "profileLookup":
      return { kind: "profile", name, type: document.type, field: document.field, default: null };
    case "featureStoreLookup":
      return { kind: "store", name, type: document.type, by: document.by, key: document.key, default: null };
    case "serviceLookup":
      return { kind: "service", name, type: document.type, service: document.service, key: document.key, default: null };
    case "deviceSignal": {
      const { signal } = document;
      return { kind: "device", name, type: signal === "contradictions" ? "text" : "boolean", signal, default: null };
    }
    case "emailDomain":
    case "disposableEmail":
      return checkEmail(feature, document, context);
    case "addressIntelligence":
      return checkAddress(feature, document.measure);
    case "unusualCountry":
      return checkUnusualCountry(feature, document, context);
    case "differs":
      return checkDiffers(feature, document, context);
    default:
      return checkHistory(feature, document, context);
  }
}

function checkField(feature: FeatureEntry, text: string, type: FeatureType, context: DeclarationContext): Declaration | null {
  const path = text.split(".");
  const isAttribute = path[0] === "attributes" && (path.length === 2 || path.length === 3) && !path.includes("");
  if (!isAttribute && !BODY_FIELDS.includes(text))
    return report(
      context.check,
      placeOf(feature, "path"),
      "unknown_path",
      `\`${clip(text)}\` is not a field of an event${didYouMean(text, BODY_FIELDS)}; the merchant's own are under \`attributes.\``,
    );
  return { kind: "field", name: feature.name, type, path, default: null };
}

function checkDefault(
  feature: FeatureEntry,
  given: Literal | { feature: string },
  type: FeatureType,
  context: DeclarationContext,
): Default {
  const place = placeOf(feature, "default");
  if (typeof given === "object") {
    const other = context.checked.get(given.feature);
    // Reported already: it is unknown, faulty or part of a cycle.
    if (other === undefined) return null;
    if (isComparable(type, other.type)) return given;
    return report(
      context.check,
      place,
      "wrong_type",
      `\`${given.feature}\` is ${other.type}, \`${feature.name}\` is ${type}: it cannot stand in`,
    );
  }
  const literal = parseLiteral(type, given, context.check.currencyExponent);
  return literal ?? report(context.check, place, "wrong_type", `expected ${LITERAL_FORM[type]}, got \`${clip(JSON.stringify(given))}\``);
}
