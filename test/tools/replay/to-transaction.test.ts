import { expect, test } from "vitest";
import type { PaysimRow } from "../../../src/tools/replay/read-paysim.ts";
import { isWithinRange, toTransaction } from "../../../src/tools/replay/to-transaction.ts";

const row: PaysimRow = {
  number: 7,
  step: 1,
  type: "TRANSFER",
  amount: 539_116.12,
  nameOrig: "C1801942731",
  oldbalanceOrg: 199_533,
  nameDest: "C468121027",
  oldbalanceDest: 41,
  isFraud: true,
};

test("a request says what is known before the payment and nothing else", () => {
  expect(toTransaction(row, "sample", Date.parse("2026-11-20T10:30:00Z"))).toEqual({
    transaction_id: "sample-7",
    type: "TRANSFER",
    amount: 539_116.12,
    nameOrig: "C1801942731",
    oldbalanceOrg: 199_533,
    nameDest: "C468121027",
    oldbalanceDest: 41,
    timestamp: "2026-11-20T10:30:00.000Z",
  });
});

test("amounts the API refuses are told apart", () => {
  expect([0, -1, 10_000_000.01].map((amount) => isWithinRange({ amount }))).toEqual([false, false, false]);
  expect([0.01, 10_000_000].map((amount) => isWithinRange({ amount }))).toEqual([true, true]);
});
