import { describe, expect, test } from "vitest";
import { pastHits } from "../../../src/core/backtest/past-hits.ts";
import { anEvent } from "../../support/records/record-builder.ts";
import { aCase, aRule, configOf, FEATURES, redeciderOf } from "./cases.ts";

const burst = aRule("R1", { client_count_1h: { gte: 3 } }, { outcome: { atLeast: "block" } });

describe("facts of another version of the features", () => {
  test("are taken over by name, whatever slot they had", () => {
    const { client_count_1h, ...others } = FEATURES;
    const redecider = redeciderOf(configOf({ rules: [burst] }, { ...others, client_count_1h }));
    expect(redecider.redecide(aCase({ client_count_1h: 3 }))).toEqual({
      outcome: "block",
      rules: ["p/R1"],
      unknown: [],
      lacking: [],
      isUndeclared: false,
    });
    expect(redecider.redecide(aCase({ client_count_1h: 2 }))).toMatchObject({ outcome: "allow", rules: [] });
  });

  test("that were never declared leave rules unknown, and are named", () => {
    const features = { ...FEATURES, dest_count_1h: { op: "count", event: "transaction", by: "dest", window: "1h" } };
    const redecider = redeciderOf(configOf({ rules: [aRule("R2", { dest_count_1h: { lt: 1 } })] }, features));
    expect(redecider.redecide(aCase({ client_count_1h: 3 }))).toEqual({
      outcome: "allow",
      rules: [],
      unknown: ["p/R2"],
      lacking: ["dest_count_1h"],
      isUndeclared: false,
    });
  });

  test("whose declaration changed are lacking, and so is what is made of them", () => {
    const features = { ...FEATURES, client_count_1h: { op: "count", event: "transaction", by: "client", window: "2h" } };
    const redecider = redeciderOf(configOf({ rules: [burst, aRule("R2", { rate: { gt: 0 } })] }, features));
    expect(redecider.redecide(aCase({ client_count_1h: 3, client_count_24h: 3, rate: 1 }))).toMatchObject({
      unknown: ["p/R1", "p/R2"],
      lacking: ["client_count_1h", "rate"],
    });
  });

  test("that can be computed from what is there are computed: arithmetic, fields and hours of the event", () => {
    const features = {
      ...FEATURES,
      older: { op: "subtract", of: ["client_count_24h", "client_count_1h"] },
      city: { op: "field", path: "city", type: "text", default: "nowhere" },
      hour: { op: "calendar", part: "hour" },
    };
    const rules = [aRule("R1", { older: 4 }), aRule("R2", { city: "bonn" }), aRule("R3", { hour: 12 }), aRule("R4", { city: "nowhere" })];
    const redecider = redeciderOf(configOf({ rules }, features));
    const event = anEvent({ id: "t", body: { city: "Bonn" } });
    const facts = { client_count_1h: 3, client_count_24h: 7 };
    expect(redecider.redecide(aCase(facts, { event }))).toMatchObject({ rules: ["p/R1", "p/R2", "p/R3"], lacking: [] });
    expect(redecider.redecide(aCase(facts))).toMatchObject({ rules: ["p/R1", "p/R3", "p/R4"] });
  });

  test("of the event are unknown for a later stage, whose body is not recorded", () => {
    const features = { ...FEATURES, city: { op: "field", path: "city", type: "text" } };
    const redecider = redeciderOf(configOf({ rules: [aRule("R2", { city: "bonn" })] }, features));
    const event = anEvent({ id: "t", body: { city: "Bonn" } });
    expect(redecider.redecide(aCase({}, { event, isOwnEvent: false }))).toMatchObject({ rules: [], unknown: ["p/R2"] });
  });

  test("are all missing when nobody knows what they were declared as", () => {
    const redecider = redeciderOf(configOf({ rules: [burst] }), null);
    expect(redecider.redecide(aCase({ client_count_1h: 3 }))).toMatchObject({
      outcome: "allow",
      unknown: ["p/R1"],
      isUndeclared: true,
      lacking: ["client_count_1h"],
    });
  });

  test("that failed then are missing now, without being called lacking", () => {
    const redecider = redeciderOf(configOf({ rules: [burst] }));
    expect(redecider.redecide(aCase({ client_count_24h: 3 }))).toMatchObject({ unknown: ["p/R1"], lacking: [] });
  });

  test("of an untold version are a bug", () => {
    expect(() => redeciderOf(configOf({ rules: [] })).redecide(aCase({}, { featuresHash: "other" }))).toThrow("were not told");
  });
});

describe("what stood beside the rules", () => {
  test("stays: the model's probability, and caution about a large amount with something missing", () => {
    const policy = { challengeAt: 50, reviewAt: 65, blockAt: 80, reviewAmountWhenDegraded: 40 };
    const redecider = redeciderOf(configOf({ policy, rules: [] }));
    expect(redecider.redecide(aCase({}, { probability: 0.9 })).outcome).toBe("block");
    expect(redecider.redecide(aCase({}, { degraded: ["aggregates"] })).outcome).toBe("review");
  });

  test("an entry of the block list still blocks, and one of the whitelist still lets pass", () => {
    const redecider = redeciderOf(configOf({ rules: [burst] }));
    const listed = (kind: "block_list" | "whitelist") => pastHits({ kind, id: "e1", type: "card", value: "tok", reason: "stolen" });
    expect(redecider.redecide(aCase({}, { hits: listed("block_list") })).outcome).toBe("block");
    expect(redecider.redecide(aCase({ client_count_1h: 9 }, { hits: listed("whitelist") })).outcome).toBe("allow");
    expect(pastHits({ kind: "whitelist", id: "ruleset:0", type: "client", value: "c", reason: "office" })).toEqual([]);
    expect([pastHits({ kind: "score", reason: "score" }), pastHits(null)]).toEqual([[], []]);
  });

  test("the ruleset's own whitelist is that of the set that is tried, as of the decision's time", () => {
    const entry = { type: "client", value: "client-1", reason: "vip", expiresAt: "2026-11-20T12:00:01Z" };
    const redecider = redeciderOf(configOf({ rules: [burst], whitelist: [entry] }));
    const one = aCase({ client_count_1h: 9 });
    expect(redecider.redecide(one).outcome).toBe("allow");
    expect(redecider.redecide({ ...one, decidedAtMs: one.decidedAtMs + 1_000 }).outcome).toBe("block");
  });

  test("a rollout acts on the clients it would act on live, and shadows the rest", () => {
    const redecider = redeciderOf(configOf({ rules: [{ ...burst, rollout: 25 }] }));
    const outcomes = Array.from({ length: 400 }, (_, n) => {
      const event = anEvent({ id: `t${n}`, dimensions: { client: `c${n}` } });
      return redecider.redecide(aCase({ client_count_1h: 9 }, { event }));
    });
    expect(outcomes.every(({ rules }) => rules.includes("p/R1"))).toBe(true);
    const blocked = outcomes.filter(({ outcome }) => outcome === "block").length;
    expect(blocked).toBeGreaterThan(50);
    expect(blocked).toBeLessThan(150);
  });

  test("a test device forces its outcome in the test world only", () => {
    const redecider = redeciderOf(configOf({ rules: [] }));
    const event = anEvent({ id: "t", dimensions: { client: "c", device: "test_block" } });
    expect(redecider.redecide(aCase({}, { event, livemode: false })).outcome).toBe("block");
    expect(redecider.redecide(aCase({}, { event })).outcome).toBe("allow");
  });
});
