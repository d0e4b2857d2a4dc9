import { report } from "../rules/check-context.ts";
import { describe } from "../rules/json-node.ts";
import { LITERAL_FORM, parseLiteral } from "../rules/literal.ts";
import { isOrdered } from "../rules/operators.ts";
import type { DeclarationContext } from "./check-declaration.ts";
import { isComparable } from "./comparable.ts";
import { COMPARISONS, type Declaration, type Term } from "./declaration.ts";
import type { FeatureDocument } from "./document.ts";
import { type FeatureEntry, placeOf } from "./feature-entry.ts";
import type { FeatureType } from "./value.ts";

type Arithmetic = Extract<FeatureDocument, { op: "add" | "subtract" | "multiply" | "divide" | "mod" | "abs" }>;
type Compare = Extract<FeatureDocument, { op: "compare" }>;
type Email = Extract<FeatureDocument, { op: "emailDomain" | "disposableEmail" }>;

/** Arithmetic over numbers: terms of one kind are added and compared, anything is multiplied by plain numbers; a quotient of one kind is a ratio. */
export function checkArithmetic(feature: FeatureEntry, document: Arithmetic, context: DeclarationContext): Declaration | null {
  const place = placeOf(feature, "of");
  const given = [document.of].flat();
  const least = document.op === "abs" ? 1 : 2;
  const most = document.op === "abs" ? 1 : document.op === "mod" ? 2 : 16;
  if (given.length < least || given.length > most)
    return report(
      context.check,
      place,
      "wrong_type",
      `\`${document.op}\` takes ${least === most ? `exactly ${least}` : `${least} or more`}, got ${given.length}`,
    );
  const types = given.map((term) => (typeof term === "string" ? context.checked.get(term)?.type : null));
  // A name without a type has been reported.
  if (types.includes(undefined)) return null;
  const names = types.filter((type) => type != null);
  const first = names[0];
  if (first === undefined) return report(context.check, place, "wrong_type", "arithmetic reads at least one feature");
  const odd = given.find((term, index) => typeof term === "string" && types[index] != null && !isOrdered(types[index] ?? "text"));
  if (odd !== undefined) return report(context.check, place, "wrong_type", `\`${odd}\` is not a number`);

  const scales = document.op === "multiply" || document.op === "divide";
  const isPlain = (type: FeatureType): boolean => isComparable(type, "ratio");
  const mixed = scales ? undefined : names.find((type) => !isComparable(type, first) && !(first === "time" && type === "duration"));
  if (mixed !== undefined) return report(context.check, place, "wrong_type", `${mixed} and ${first} do not ${document.op}`);

  const inferred = inferType(document.op, names, isPlain, typeof given[0] === "string");
  if (document.type !== undefined && !isOrdered(document.type))
    return report(context.check, placeOf(feature, "type"), "wrong_type", `arithmetic gives a number, not ${document.type}`);
  const terms = given.map((term): Term | null => {
    if (typeof term === "string") return { feature: term };
    const unit = scales ? "ratio" : first === "time" ? "duration" : isPlain(first) ? "ratio" : first;
    const literal = parseLiteral(unit, term, context.check.currencyExponent);
    if (typeof literal === "number") return { literal };
    return report(context.check, place, "wrong_type", `expected ${LITERAL_FORM[unit]}, got \`${term}\``);
  });
  if (!terms.every((term) => term !== null)) return null;
  return { kind: "arithmetic", name: feature.name, type: document.type ?? inferred, op: document.op, of: terms, default: null };
}

function inferType(
  op: Arithmetic["op"],
  names: readonly FeatureType[],
  isPlain: (type: FeatureType) => boolean,
  opensWithFeature: boolean,
): FeatureType {
  const [first = "ratio", second] = names;
  const united = names.find((type) => !isPlain(type)) ?? "ratio";
  switch (op) {
    case "divide":
      return opensWithFeature && names.slice(1).every(isPlain) ? (isPlain(first) ? "ratio" : first) : "ratio";
    case "multiply":
      return united;
    case "subtract":
      return first === "time" && second === "time" ? "duration" : first;
    default:
      return names.every((type) => type === first) ? first : united;
  }
}

/** A comparison of a feature with a literal of its type or, as a text, with another feature; exactly one operator. */
export function checkCompare(feature: FeatureEntry, document: Compare, context: DeclarationContext): Declaration | null {
  const used = COMPARISONS.filter((comparison) => document[comparison] !== undefined);
  const [comparison] = used;
  if (comparison === undefined || used.length > 1)
    return report(context.check, feature.object, "wrong_type", `\`compare\` takes exactly one of ${COMPARISONS.join(", ")}`);
  const left = context.checked.get(document.left);
  if (left === undefined) return null;
  if (!isOrdered(left.type))
    return report(context.check, placeOf(feature, "left"), "wrong_type", `\`${left.name}\` is ${left.type}: only numbers are compared`);
  const right = checkRight(feature, comparison, document[comparison], left, context);
  if (right === null) return null;
  return { kind: "compare", name: feature.name, type: "boolean", comparison, left: { feature: left.name }, right, default: null };
}

function checkRight(feature: FeatureEntry, key: string, value: unknown, left: Declaration, context: DeclarationContext): Term | null {
  const place = placeOf(feature, key);
  const other = typeof value === "string" ? context.checked.get(value) : undefined;
  if (other !== undefined) {
    if (isComparable(left.type, other.type)) return { feature: other.name };
    return report(
      context.check,
      place,
      "wrong_type",
      `\`${left.name}\` is ${left.type}, \`${other.name}\` is ${other.type}: they do not compare`,
    );
  }
  const literal = parseLiteral(left.type, value, context.check.currencyExponent);
  if (typeof literal === "number") return { literal };
  return report(
    context.check,
    place,
    "wrong_type",
    `expected ${LITERAL_FORM[left.type]} or a feature that comes before, got ${describe(place)}`,
  );
}

export function checkEmail(feature: FeatureEntry, document: Email, context: DeclarationContext): Declaration | null {
  const of = context.checked.get(document.of);
  if (of === undefined) return null;
  if (of.type !== "email")
    return report(
      context.check,
      placeOf(feature, "of"),
      "wrong_type",
      `\`${of.name}\` is ${of.type}: \`${document.op}\` reads an e-mail address`,
    );
  const isDomain = document.op === "emailDomain";
  return {
    kind: "email",
    name: feature.name,
    type: isDomain ? "text" : "boolean",
    measure: isDomain ? "domain" : "isDisposable",
    of: of.name,
    default: null,
  };
}
