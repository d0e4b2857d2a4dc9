import { expect, test } from "vitest";
import { RISK_LEVELS } from "../../../src/core/decision/score.ts";
import { decisionEvents } from "../../../src/core/webhooks/decision-events.ts";
import { aDecision, anEvent, NOON } from "../../support/records/record-builder.ts";

const typesOf = (wish: Parameters<typeof aDecision>[1]) =>
  decisionEvents(aDecision(anEvent({ id: "t-1" }), wish).answer, NOON).map(({ type }) => type);

test("every decision is told, a block as fraud, and a high or critical risk as such", () => {
  const byLevel = RISK_LEVELS.map((risk_level) => [risk_level, ...typesOf({ answer: { risk_level } })]);
  expect(byLevel).toEqual([
    ["LOW", "transaction.analyzed"],
    ["MEDIUM", "transaction.analyzed"],
    ["HIGH", "transaction.analyzed", "risk.high"],
    ["CRITICAL", "transaction.analyzed", "risk.high"],
  ]);
  expect(typesOf({ outcome: "block" })).toEqual(["transaction.analyzed", "fraud.detected", "risk.high"]);
  // By the block list, whatever the score says.
  expect(typesOf({ outcome: "block", answer: { risk_level: "LOW" } })).toEqual(["transaction.analyzed", "fraud.detected"]);
  expect(typesOf({ outcome: "review" })).toEqual(["transaction.analyzed"]);
});

test("an event has the id of its decision, so that it is told once", () => {
  const { answer } = aDecision(anEvent({ id: "t-1" }), { outcome: "block" });
  const [first] = decisionEvents({ ...answer, livemode: false }, NOON);
  expect(first).toMatchObject({
    id: `transaction.analyzed:${answer.decision_id}`,
    livemode: false,
    atMs: NOON,
    data: { transaction_id: "t-1" },
  });
});
