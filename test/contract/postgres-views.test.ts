import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createRecordStore } from "../../src/adapters/postgres/record-store.ts";
import type { RecordStore } from "../../src/ports/records.ts";
import { aDecided, anEntry, anEvent, aPayment, NOON } from "../support/records/record-builder.ts";
import { createTestDatabase, expectValue, type TestDatabase } from "../support/records/test-database.ts";

const BUDGET_MS = 10_000;
let db: TestDatabase;
const stores = new Map<string, RecordStore>();
beforeAll(async () => {
  db = await createTestDatabase();
  for (const [code, exponent] of [
    ["EUR", 2],
    ["JPY", 0],
    ["KWD", 3],
  ] as const)
    stores.set(code, createRecordStore(db.database, { code, exponent }));
});
afterAll(() => db.close());
beforeEach(() => db.rows("truncate events, event_ids, payments, decisions, decision_ids, daily_counters, labels"));

function store(currency = "EUR"): RecordStore {
  const found = stores.get(currency);
  if (found === undefined) throw new Error(`no store for ${currency}`);
  return found;
}

test("transactions shows amounts in major units, the status and the label as ground truth", async () => {
  await store().record([aDecided(anEvent({ id: "a", amountMinor: 12_990 })), anEntry(aPayment("p", "a", "captured", NOON + 1))], BUDGET_MS);
  await store("JPY").record([anEntry(anEvent({ id: "b", amountMinor: 12_990 }))], BUDGET_MS);
  await store("KWD").record([anEntry(anEvent({ id: "c", amountMinor: 12_990 }))], BUDGET_MS);
  const label = { decisionId: "decision of a ", source: "bank", by: "x" } as const;
  expectValue(await store().putLabel({ ...label, label: "legitimate", labelledAtMs: NOON }, BUDGET_MS));
  expectValue(await store().putLabel({ ...label, label: "chargeback", labelledAtMs: NOON + 1 }, BUDGET_MS));
  expect(await db.rows("select docno, amount, currency, status, is_fraud from transactions order by docno")).toEqual([
    { docno: "a", amount: 129.9, currency: "EUR", status: "captured", is_fraud: true },
    { docno: "b", amount: 12_990, currency: "JPY", status: "attempted", is_fraud: null },
    { docno: "c", amount: 12.99, currency: "KWD", status: "attempted", is_fraud: null },
  ]);
});

test("predictions, their factors and their recommendations are rows to query", async () => {
  const rules = [
    { id: "transfer/R1", name: "Amount jump", points: 30, mode: "live" as const, values: { amount: 500 } },
    { id: "transfer/R4", name: "New destination", points: 25, mode: "shadow" as const, values: { is_new_destination: true } },
  ];
  const event = anEvent({ id: "t" });
  await store().record(
    [aDecided(event, { outcome: "block", answer: { rules, recommendations: ["call the client", "hold the goods"], degraded: ["model"] } })],
    BUDGET_MS,
  );
  expect(
    await db.rows(
      "select transaction_id, fraud_probability, risk_score, risk_level, is_fraud, outcome, confidence, model, degraded from fraud_predictions",
    ),
  ).toEqual([
    {
      transaction_id: "t",
      fraud_probability: 0.125,
      risk_score: 91.25,
      risk_level: "CRITICAL",
      is_fraud: true,
      outcome: "block",
      confidence: 0.875,
      model: "transfer",
      degraded: ["model"],
    },
  ]);
  expect(await db.rows("select position, rule_id, name, points, mode, factor_values from risk_factors order by position")).toEqual([
    { position: 1, rule_id: "transfer/R1", name: "Amount jump", points: 30, mode: "live", factor_values: { amount: 500 } },
    {
      position: 2,
      rule_id: "transfer/R4",
      name: "New destination",
      points: 25,
      mode: "shadow",
      factor_values: { is_new_destination: true },
    },
  ]);
  expect(await db.rows("select position, recommendation from recommendations order by position")).toEqual([
    { position: 1, recommendation: "call the client" },
    { position: 2, recommendation: "hold the goods" },
  ]);
});
