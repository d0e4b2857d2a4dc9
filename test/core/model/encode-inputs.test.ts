import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Vocabulary } from "../../../src/core/features/catalogue.ts";
import { checkFeatures } from "../../../src/core/features/check.ts";
import { ModelCard } from "../../../src/core/model/card.ts";
import { encodeInputs, type InputEncoder } from "../../../src/core/model/encode-inputs.ts";
import { aCard } from "./a-card.ts";
import { aVocabulary, TRANSFER_FEATURES, valuesOf } from "./a-vocabulary.ts";

const vocabulary = aVocabulary(TRANSFER_FEATURES);
const transferCard = ModelCard.parse(JSON.parse(readFileSync("models/transfer/card.json", "utf8")));

function encoderOf(card: Pick<ModelCard, "inputs">, names: Vocabulary = vocabulary, exponent = 2): InputEncoder {
  const compiled = encodeInputs(card, names, exponent);
  if (!compiled.ok) throw new Error(compiled.error.map(({ message }) => message).join("; "));
  return compiled.value;
}

function rowOf(encoder: InputEncoder, values: Parameters<typeof valuesOf>[1], names: Vocabulary = vocabulary): number[] {
  const row = new Float32Array(encoder.width);
  encoder.encode(valuesOf(names, values), row, 0);
  return [...row];
}

const inputsOf = (...inputs: Record<string, unknown>[]) => ModelCard.parse(aCard({ inputs }));

describe("the transfer model's row", () => {
  const encoder = encoderOf(transferCard);

  test("is what training computed from the same payment", () => {
    // The first row of the agreement set: 123,331.15 cashed out of an account that held 2.00.
    const [first] = JSON.parse(readFileSync("models/transfer/agreement.json", "utf8")) as { row: number[] }[];
    const row = rowOf(encoder, {
      transaction_type: "cash_out",
      amount: 12_333_115,
      origin_balance_before: 200,
      dest_balance_before: 19_929_263,
      amount_to_origin_balance: 12_333_115 / 200,
      amount_minus_origin_balance: 12_332_915,
    });
    expect(row).toEqual(first?.row.map(Math.fround));
  });

  test("holds NaN for everything absent or missing", () => {
    const row = rowOf(encoder, { amount: undefined });
    expect(row).toHaveLength(8);
    expect(row.every(Number.isNaN)).toBe(true);
  });

  test("goes where it is told in a batch, and nowhere else", () => {
    const rows = new Float32Array(3 * encoder.width).fill(-1);
    encoder.encode(valuesOf(vocabulary, { amount: 100 }), rows, 1);
    expect([...rows.subarray(0, 8), ...rows.subarray(16)].every((value) => value === -1)).toBe(true);
    expect(rows[8]).toBe(1);
  });

  test("names the inputs outside the range seen in training", () => {
    const rows = new Float32Array(2 * encoder.width);
    encoder.encode(valuesOf(vocabulary, { amount: 100, origin_balance_before: -100, transaction_type: "transfer" }), rows, 0);
    encoder.encode(valuesOf(vocabulary, { amount: 5_000, origin_balance_before: 5_000 }), rows, 1);
    expect(encoder.outOfRange(rows, 0)).toEqual(["amount", "oldbalanceOrg"]);
    expect(encoder.outOfRange(rows, 1)).toEqual([]);
  });
});

describe("an input", () => {
  test("of money is major units of the deployment's currency", () => {
    const card = inputsOf({ name: "amount", feature: "amount", encode: "money", range: [0, 1] });
    expect(rowOf(encoderOf(card, vocabulary, 2), { amount: 12_345 })).toEqual([Math.fround(123.45)]);
    expect(rowOf(encoderOf(card, vocabulary, 0), { amount: 12_345 })).toEqual([12_345]);
  });

  test("of a type is 1 for its own text, 0 for any other", () => {
    const encoder = encoderOf(inputsOf({ name: "t", feature: "transaction_type", encode: "equals", value: "cash_out", range: [0, 1] }));
    expect(rowOf(encoder, { transaction_type: "cash_out" })).toEqual([1]);
    expect(rowOf(encoder, { transaction_type: "transfer" })).toEqual([0]);
  });

  test("of a bucket table finds the bucket a linear search finds, edges belonging to the upper one", () => {
    const edges = fc.uniqueArray(fc.integer({ min: -50, max: 50 }), { maxLength: 12 }).map((list) => list.sort((a, b) => a - b));
    fc.assert(
      fc.property(edges, fc.integer({ min: -60, max: 60 }), (sorted, amount) => {
        const values = Array.from({ length: sorted.length + 1 }, (_, i) => i);
        const card = inputsOf({ name: "b", feature: "amount", encode: "bucket", edges: sorted, values, range: [0, 99] });
        const expected = sorted.filter((edge) => edge <= amount).length;
        expect(rowOf(encoderOf(card, vocabulary, 0), { amount })).toEqual([expected]);
      }),
    );
  });

  test("whose feature is unknown or of another type is a fault with its path", () => {
    const card = inputsOf(
      { name: "a", feature: "ammount", encode: "money", range: [0, 1] },
      { name: "b", feature: "hour", encode: "money", range: [0, 1] },
      { name: "c", feature: "amount", encode: "money", range: [0, 1] },
    );
    const compiled = encodeInputs(card, vocabulary, 2);
    expect(compiled).toEqual({
      ok: false,
      error: [
        { code: "unknown_feature", path: "inputs[0].feature", message: "unknown feature `ammount`; did you mean `amount`?" },
        { code: "wrong_type", path: "inputs[1].encode", message: "`money` cannot read `hour`, which is hour; it reads money" },
      ],
    });
  });
});

test("the live models read features that rules/features.json declares", () => {
  const catalogue = checkFeatures(readFileSync("rules/features.json", "utf8"));
  if (!catalogue.ok) throw new Error(catalogue.error.map(({ message }) => message).join("; "));
  expect(encodeInputs(transferCard, catalogue.value, 2)).toMatchObject({ ok: true, value: { width: 8 } });
});
