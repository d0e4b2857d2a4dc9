import { expect, test } from "vitest";
import { decisionReviewed, reportCreated } from "../../../src/core/reports/describe-report.ts";
import { reviewCase } from "../../../src/core/reports/review-case.ts";
import { aReport } from "../../support/builders/reports.ts";
import { aDecision, anEvent, NOON } from "../../support/records/record-builder.ts";

const POLICY = { hours: 24, allowBelowMinor: 10_000, exponent: 2 };
const HOUR_MS = 3_600_000;
const caseOf = (changes: Partial<Parameters<typeof anEvent>[0]> = {}, answer = {}) => {
  const event = anEvent({ id: "t1", ...changes });
  return reviewCase(event, aDecision(event, { outcome: "review", decidedAtMs: NOON, answer }), true, POLICY);
};

test("only a review opens a case", () => {
  const event = anEvent({ id: "t1" });
  for (const outcome of ["allow", "challenge", "block"] as const)
    expect(reviewCase(event, aDecision(event, { outcome }), true, POLICY)).toBeNull();
  expect(caseOf()).not.toBeNull();
});

test("the deadline counts from the decision, and its fallback is allow below the amount", () => {
  expect(caseOf({ amountMinor: 9_999, occurredAtMs: 0 })?.deadline).toEqual({ atMs: NOON + 24 * HOUR_MS, fallback: "allow" });
  expect(caseOf({ amountMinor: 10_000 })?.deadline?.fallback).toBe("block");
  expect(caseOf({ amountMinor: null })?.deadline?.fallback).toBe("block");
});

test("stages of one transaction are findings of one case", () => {
  const [first, second] = [caseOf(), caseOf({ stage: "post_auth" })];
  expect(first?.dedupKey).toBe(second?.dedupKey);
  expect(first?.id).not.toBe(second?.id);
  expect(caseOf({ id: "t2" })?.dedupKey).not.toBe(first?.dedupKey);
});

test("it is about the first of client, card, device and e-mail, with the address as sent", () => {
  expect(caseOf({ dimensions: { device: "d", card: "tok" } })?.entity).toEqual({ kind: "card", value: "tok" });
  expect(caseOf({ dimensions: {} })).toMatchObject({ entity: null, related: { addresses: [], devices: [], clients: [] } });
  const dimensions = { client: "c", ip: "2001:db8::" };
  expect(caseOf({ dimensions, body: { ip_address: "2001:DB8:0::7" } })?.related.addresses).toEqual(["2001:db8::7"]);
  // Private, platform and caller addresses have no dimension.
  expect(caseOf({ dimensions: { client: "c" }, body: { ip_address: "10.0.0.1" } })?.related.addresses).toEqual([]);
});

test("its rule is the live one with the most points; severity follows the risk", () => {
  const rule = (id: string, points: number, mode: "live" | "shadow") => ({ id, name: id, points, mode, values: { amount: 50 } });
  const rules = [rule("a/1", 10, "live"), rule("a/2", 30, "live"), rule("a/3", 99, "shadow")];
  const opened = caseOf({}, { rules, risk_level: "HIGH", reasons: ["amount_jump"] });
  expect(opened).toMatchObject({
    ruleId: "a/2",
    severity: "high",
    description: "a transaction waits for a person because of `amount_jump`",
  });
  expect(opened?.evidence).toMatchObject({ amount: 50, rules: [{ id: "a/2" }, { id: "a/1" }] });
});

test("what is told of a report names nobody", () => {
  const opened = caseOf({ dimensions: { client: "client-7", email: "a@b.de" } });
  expect(opened).not.toBeNull();
  if (opened !== null) expect(JSON.stringify(reportCreated(opened))).not.toMatch(/client-7|a@b\.de/);
});

test("only a case of a review that is decided is told to the shop, once for each time it is closed", () => {
  const decision = { decisionId: "d1", transactionId: "t1" };
  const closed = aReport({ origin: "review", status: "confirmed", decidedBy: "user_ann", version: 2 });
  expect(decisionReviewed(closed, decision, NOON)).toMatchObject({
    type: "decision.reviewed",
    data: { transaction_id: "t1", decision_id: "d1", final: "block", by: "user_ann" },
  });
  expect(decisionReviewed({ ...closed, status: "rejected", version: 5 }, decision, NOON)?.data.final).toBe("allow");
  const ids = [2, 5].map((version) => decisionReviewed({ ...closed, version }, decision, NOON)?.id);
  expect(new Set(ids).size).toBe(2);
  expect(decisionReviewed({ ...closed, status: "resolved" }, decision, NOON)).toBeNull();
  expect(decisionReviewed({ ...closed, origin: "trigger" }, decision, NOON)).toBeNull();
  expect(decisionReviewed(closed, null, NOON)).toBeNull();
});
