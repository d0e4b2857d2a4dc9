import { expect, test } from "vitest";
import { checksReadBy } from "../../../src/core/external-checks/checks-read.ts";
import { aTransaction } from "../../support/builders/events.ts";
import { factsOf, planOf } from "../../support/facts.ts";

const plan = planOf({
  amount: { op: "field", path: "amount", type: "money" },
  a_score: { op: "serviceLookup", service: "a", key: "score", type: "ratio" },
  b_verdict: { op: "serviceLookup", service: "b", key: "verdict", type: "text", default: "none" },
  a_share: { op: "divide", of: ["a_score", 100] },
  a_is_high: { op: "compare", left: "a_share", gt: 0.8 },
  with_stand_in: { op: "field", path: "attributes.score", type: "ratio", default: { feature: "a_score" } },
});

test("services are found through everything a feature is made of, also what stands in for it", () => {
  expect(checksReadBy(plan.catalogue, ["amount"])).toEqual([]);
  expect(checksReadBy(plan.catalogue, ["a_is_high", "b_verdict"])).toEqual(["a", "b"]);
  expect(checksReadBy(plan.catalogue, ["with_stand_in"])).toEqual(["a"]);
  expect(checksReadBy(plan.catalogue, ["unheard_of"])).toEqual([]);
});

test("an answer is present by its declared type; what was not asked or failed is missing, and what could not be asked absent", () => {
  const values = (checks: ReadonlyMap<string, Record<string, string | number | boolean | null> | null>) =>
    factsOf(plan, aTransaction(), { checks }).values;
  expect(
    values(
      new Map([
        ["a", { score: 90 }],
        ["b", { verdict: "BAD" }],
      ]),
    ),
  ).toMatchObject({ a_score: 90, a_is_high: true, b_verdict: "bad" });
  expect(
    values(
      new Map([
        ["a", { score: "90" }],
        ["b", {}],
      ]),
    ),
  ).toMatchObject({ a_score: null, b_verdict: "none" });
  expect(values(new Map([["a", null]]))).toMatchObject({ a_score: null, a_is_high: null, with_stand_in: null, b_verdict: undefined });
  expect(factsOf(plan, aTransaction())).toMatchObject({ values: { a_score: undefined, a_is_high: undefined }, missing: [] });
});
