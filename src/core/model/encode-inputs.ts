import { closest } from "fastest-levenshtein";
import type { FeatureSlot, Vocabulary } from "../features/catalogue.ts";
import type { FeatureType, FeatureValue } from "../features/value.ts";
import { err, ok, type Result } from "../result.ts";
import type { Fault } from "../rules/fault.ts";
import type { ModelCard, ModelInput } from "./card.ts";

/** Turns the values of one event into the model's input row; made once per card and vocabulary. */
export interface InputEncoder {
  /** Columns of a row. */
  readonly width: number;
  /** Writes row `row` of `rows` (`width` float32 each): absent and missing values become NaN. */
  encode(values: readonly FeatureValue[], rows: Float32Array, row: number): void;
  /** Names of the inputs of that row outside the range seen in training; a missing value is not outside. */
  outOfRange(rows: Float32Array, row: number): string[];
}

const READS: Readonly<Record<ModelInput["encode"], readonly FeatureType[]>> = {
  money: ["money"],
  number: ["ratio", "count", "hour", "weekday", "duration", "time", "boolean"],
  equals: ["text", "country", "id", "email", "ip"],
  bucket: ["money", "ratio", "count", "hour", "weekday"],
};

/**
 * Compiles a card's inputs against a vocabulary.
 * @param currencyExponent decimal digits of the deployment's minor unit (2 for cents): the model reads major units.
 * Fails with a fault for each input whose feature is unknown or of a type its encoding cannot read.
 */
export function encodeInputs(
  card: Pick<ModelCard, "inputs">,
  vocabulary: Vocabulary,
  currencyExponent: number,
): Result<InputEncoder, Fault[]> {
  const columns: Column[] = [];
  const faults: Fault[] = [];
  for (const [i, input] of card.inputs.entries()) {
    const feature = vocabulary.byName.get(input.feature);
    const fault = inputFault(input, feature, vocabulary, `inputs[${i}]`);
    if (fault !== null) faults.push(fault);
    else if (feature !== undefined) columns.push(columnOf(input, feature, 10 ** currencyExponent));
  }
  if (faults.length > 0) return err(faults);
  const width = columns.length;
  return ok({
    width,
    encode(values, rows, row) {
      let at = row * width;
      for (const column of columns) rows[at++] = column.read(values[column.slot]);
    },
    outOfRange(rows, row) {
      const outside: string[] = [];
      let at = row * width;
      for (const { name, low, high } of columns) {
        const value = rows[at++] ?? Number.NaN;
        if (value < low || value > high) outside.push(name);
      }
      return outside;
    },
  });
}

interface Column {
  readonly name: string;
  readonly slot: number;
  readonly low: number;
  readonly high: number;
  readonly read: (value: FeatureValue) => number;
}

function columnOf(input: ModelInput, { slot, type }: FeatureSlot, minorPerMajor: number): Column {
  const unit = type === "money" ? minorPerMajor : 1;
  return { name: input.name, slot, low: Math.fround(input.range[0]), high: Math.fround(input.range[1]), read: reader(input, unit) };
}

function reader(input: ModelInput, unit: number): (value: FeatureValue) => number {
  switch (input.encode) {
    case "money":
    case "number":
      return (value) => asNumber(value) / unit;
    case "equals":
      return (value) => (value === undefined || value === null ? Number.NaN : value === input.value ? 1 : 0);
    case "bucket": {
      const { edges, values } = input;
      return (value) => {
        const number = asNumber(value) / unit;
        return Number.isNaN(number) ? Number.NaN : (values[edgesAtMost(edges, number)] ?? Number.NaN);
      };
    }
  }
}

function asNumber(value: FeatureValue): number {
  if (typeof value === "number") return value;
  return typeof value === "boolean" ? Number(value) : Number.NaN;
}

/** How many of the ascending `edges` are at most `value`: the index of its bucket. */
function edgesAtMost(edges: readonly number[], value: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((edges[middle] ?? Number.POSITIVE_INFINITY) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function inputFault(input: ModelInput, feature: FeatureSlot | undefined, vocabulary: Vocabulary, path: string): Fault | null {
  if (feature === undefined) {
    const names = [...vocabulary.byName.keys()];
    const hint = names.length > 0 ? `; did you mean \`${closest(input.feature, names)}\`?` : "";
    return { code: "unknown_feature", path: `${path}.feature`, message: `unknown feature \`${input.feature}\`${hint}` };
  }
  if (READS[input.encode].includes(feature.type)) return null;
  const message = `\`${input.encode}\` cannot read \`${input.feature}\`, which is ${feature.type}; it reads ${READS[input.encode].join(", ")}`;
  return { code: "wrong_type", path: `${path}.encode`, message };
}
