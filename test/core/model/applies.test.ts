import { expect, test } from "vitest";
import { modelApplies } from "../../../src/core/model/applies.ts";
import { ModelCard } from "../../../src/core/model/card.ts";
import { aCard } from "./a-card.ts";

const card = ModelCard.parse(aCard());
const transfer = { transactionType: "TRANSFER", amountMinor: 100, body: { oldbalanceOrg: 0 } } as const;

test("a model applies to its types with every required field", () => {
  expect(modelApplies(card, transfer)).toBe(true);
  expect(modelApplies(card, { ...transfer, transactionType: "CASH_OUT" })).toBe(true);
});

test("a model does not apply to another type, nor to an event that is no transaction", () => {
  expect(modelApplies(card, { ...transfer, transactionType: "PAYMENT" })).toBe(false);
  expect(modelApplies(card, { ...transfer, transactionType: null })).toBe(false);
});

test("a model does not apply without an amount or a required field", () => {
  expect(modelApplies(card, { ...transfer, amountMinor: null })).toBe(false);
  expect(modelApplies(card, { ...transfer, body: {} })).toBe(false);
  expect(modelApplies(card, { ...transfer, body: { oldbalanceOrg: null } })).toBe(false);
});
