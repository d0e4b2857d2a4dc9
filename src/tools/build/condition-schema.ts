import type { FeatureSlot, Vocabulary } from "../../core/features/catalogue.ts";
import type { FeatureType } from "../../core/features/value.ts";
import { LITERAL_FORM } from "../../core/rules/literal.ts";
import { isOrdered, operatorRow, operatorsOf } from "../../core/rules/operators.ts";
import { SHORTHANDS } from "../../core/rules/shorthand.ts";

type JsonSchema = Record<string, unknown>;

/**
 * The JSON schema of a condition over declared features, for editors: names and operators complete, literals are checked by type.
 * Unknown keys are let through, since a file's own defines are keys too; `rules check` has the last word.
 */
export function conditionSchemas(vocabulary: Vocabulary): Record<string, JsonSchema> {
  const condition = { $ref: "#/$defs/condition" };
  const conditions = { type: "array", minItems: 1, items: condition };
  const types = [...new Set(vocabulary.slots.map((slot) => slot.type))];
  const properties: Record<string, JsonSchema> = {
    all: { ...conditions, description: "every one is true" },
    any: { ...conditions, description: "at least one is true" },
    none: { ...conditions, description: "not one is true" },
    not: condition,
  };
  for (const slot of vocabulary.slots) properties[slot.name] = { $ref: `#/$defs/${slot.type}Test`, description: describeSlot(slot) };
  for (const [key, shorthand] of SHORTHANDS)
    properties[key] = { type: "object", properties: { [shorthand.key]: {} }, description: `short for a test of ${shorthand.feature}` };
  return {
    condition: { type: "object", minProperties: 1, properties },
    ...Object.fromEntries(
      types.flatMap((type) => [
        [type, literalSchema(type)],
        [`${type}Operand`, { anyOf: [literalOf(type), featureOperand(type, vocabulary)] }],
        [`${type}Test`, testSchema(type)],
      ]),
    ),
  };
}

const literalOf = (type: FeatureType): JsonSchema => ({ $ref: `#/$defs/${type}` });
const describeSlot = (slot: FeatureSlot): string => `${slot.type}, from ${slot.source}`;

function testSchema(type: FeatureType): JsonSchema {
  const literal = literalOf(type);
  const operand = { $ref: `#/$defs/${type}Operand` };
  const properties = Object.fromEntries(
    operatorsOf(type).map((operator) => [operator, operatorRow(operator).schema({ literal, operand }, type)]),
  );
  return {
    anyOf: [
      literal,
      {
        type: "object",
        minProperties: 1,
        additionalProperties: false,
        properties: { ...properties, or: literal },
      },
    ],
  };
}

function featureOperand(type: FeatureType, vocabulary: Vocabulary): JsonSchema {
  const isPlain = type === "count" || type === "ratio";
  const names = vocabulary.slots
    .filter((slot) => slot.type === type || (isPlain && (slot.type === "count" || slot.type === "ratio")))
    .map(({ name }) => name);
  const scale = isOrdered(type) ? { times: { type: "number" }, plus: { type: ["number", "string"] } } : {};
  return {
    type: "object",
    required: ["feature"],
    additionalProperties: false,
    properties: { feature: { enum: names }, ...scale, or: literalOf(type) },
  };
}

function literalSchema(type: FeatureType): JsonSchema {
  const description = LITERAL_FORM[type];
  switch (type) {
    case "money":
    case "ratio":
      return { type: "number", description };
    case "count":
      return { type: "integer", description };
    case "hour":
      return { type: "integer", minimum: 0, maximum: 23, description };
    case "weekday":
      return { type: ["integer", "string"], description };
    case "boolean":
      return { type: "boolean" };
    case "country":
      return { type: "string", pattern: "^[A-Za-z]{2}$", description };
    default:
      return { type: "string", minLength: 1, description };
  }
}
