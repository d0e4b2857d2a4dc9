import { expect, test } from "vitest";
import { automaticBlocks } from "../../../src/core/decision/automatic-blocks.ts";
import type { DecidingRule } from "../../../src/core/decision/decide.ts";
import type { AutoBlock } from "../../../src/core/rules/ruleset.ts";

const HOUR_MS = 3_600_000;
const aRule = (id: string, autoBlock: Partial<AutoBlock> | null): DecidingRule => ({
  id,
  name: `Rule ${id}`,
  reason: "r",
  severity: "high",
  mode: "live",
  score: 50,
  autoBlock: autoBlock === null ? null : { target: "ip", forMs: HOUR_MS, escalateMs: [], collision: "review", ...autoBlock },
});
const DIMENSIONS = { ip: "192.0.2.1", device: "d1" };

test("a rule asks to block the event's own entity, under its name", () => {
  const rule = aRule("shop/A", { escalateMs: [2 * HOUR_MS] });
  expect(automaticBlocks([rule, aRule("shop/B", null)], DIMENSIONS)).toEqual([
    {
      rule: "shop/A",
      name: "Rule shop/A",
      target: "ip",
      value: "192.0.2.1",
      forMs: HOUR_MS,
      escalateMs: [2 * HOUR_MS],
      collision: "review",
    },
  ]);
});

test("an entity the event does not have is not blocked", () => {
  expect(automaticBlocks([aRule("A", { target: "client" })], DIMENSIONS)).toEqual([]);
});

test("of several rules for one entity the one that ignores collisions is taken, else the longest", () => {
  const rules = [aRule("A", {}), aRule("B", { forMs: 3 * HOUR_MS }), aRule("C", { forMs: 2 * HOUR_MS }), aRule("D", { target: "device" })];
  expect(automaticBlocks(rules, DIMENSIONS).map(({ rule }) => rule)).toEqual(["B", "D"]);
  const ignoring = aRule("E", { forMs: 60_000, collision: "ignore" });
  expect(automaticBlocks([...rules, ignoring], DIMENSIONS).map(({ rule }) => rule)).toEqual(["E", "D"]);
});
