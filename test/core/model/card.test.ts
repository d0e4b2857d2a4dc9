import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ModelCard, modelVersion } from "../../../src/core/model/card.ts";
import { aCard } from "./a-card.ts";

const problems = (card: unknown): string[] => {
  const parsed = ModelCard.safeParse(card);
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
};

describe("a model card", () => {
  test("is accepted when it is complete", () => {
    expect(problems(aCard())).toEqual([]);
  });

  test("names its model by name and version", () => {
    expect(modelVersion({ name: "transfer", version: "1-abc" })).toBe("transfer/1-abc");
  });

  test.each(["transfer", "fraudguard-v1"])("of models/%s is one", (name) => {
    const card = JSON.parse(readFileSync(`models/${name}/card.json`, "utf8"));
    expect(problems(card)).toEqual([]);
  });

  test.each([
    ["a hash in capitals", { sha256: "A".repeat(64) }, "sha256: must be a SHA-256 in hex"],
    ["a hash cut short", { sha256: "a".repeat(63) }, "sha256: must be a SHA-256 in hex"],
    ["no transaction type", { appliesTo: { types: [], requires: [] } }, "appliesTo.types: Too small: expected array to have >=1 items"],
    ["a key nobody knows", { colour: "red" }, ': Unrecognized key: "colour"'],
    ["a metric above 1", { metrics: { holdout: { recall: 98.5 } } }, "metrics.holdout.recall: Too big: expected number to be <=1"],
  ])("is refused with %s", (_, change, problem) => {
    expect(problems({ ...aCard(), ...change })).toEqual([problem]);
  });

  test.each([
    ["a range upside down", { range: [2, 1] }, "inputs.0.range: must be [lowest, highest]"],
    [
      "a bucket table of the wrong length",
      { encode: "bucket", edges: [1, 2], values: [0, 0] },
      "inputs.0.values: must hold one value more than there are edges",
    ],
    ["bucket edges out of order", { encode: "bucket", edges: [2, 2], values: [0, 0, 0] }, "inputs.0.edges: must be in ascending order"],
  ])("is refused with %s", (_, change, problem) => {
    expect(problems(aCard({ inputs: [{ name: "amount", feature: "amount", encode: "money", range: [0, 1], ...change }] }))).toEqual([
      problem,
    ]);
  });

  test("is refused with two inputs of one name", () => {
    const input = { name: "amount", feature: "amount", encode: "money", range: [0, 1] };
    expect(problems(aCard({ inputs: [input, input] }))).toEqual(["inputs: must have distinct names"]);
  });

  test("cannot be live while it reads what exists only after the payment", () => {
    const inputs = [{ name: "newbalanceOrig", feature: "origin_balance_after", encode: "money", range: [0, 1], afterExecution: true }];
    expect(problems(aCard({ live: true, inputs }))).toEqual(["live: must be false while an input exists only after the payment"]);
    expect(problems(aCard({ live: false, inputs }))).toEqual([]);
  });
});
