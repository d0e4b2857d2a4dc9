import { afterAll, expect, test } from "vitest";
import { aRulesFolder } from "./rules-folder.ts";
import { type Ran, runIn } from "./run.ts";

const folder = aRulesFolder({
  "packs/shop.json": `{ "name": "shop", "rules": [
  { "id": "S1", "name": "Dear", "reason": "dear", "severity": "low", "score": 90, "conditions": { "amount": { "gt": 500 } } },
  { "id": "S2", "name": "At one", "reason": "at_one", "severity": "low", "conditions": { "hour": 1 } }
] }`,
});
afterAll(() => folder.drop());

const EVENT = { type: "PAYMENT", amount: 600, timestamp: "2026-11-20T10:00:00Z" };
const simulate = (event: unknown, ...words: readonly string[]): Promise<Ran> =>
  runIn({ input: JSON.stringify(event) }, "simulate", "--event", "-", "--offline", "--rules", folder.path, ...words);

test("an event is decided by itself, offline, and what fired is explained with what it saw", async () => {
  expect(await simulate(EVENT)).toEqual({
    code: 0,
    said: [
      "files  block, score 90 CRITICAL: dear",
      "blocked because of shop/S1: without it it would not be",
      "",
      "shop/S1 fired for 90 points",
      "  + amount gt 500: is 600",
    ],
    complained: [],
  });
});

test("facts stand in for what the event alone gives", async () => {
  const facts = folder.write("facts.json", '{ "hour": 1, "amount": null }');
  const { said } = await simulate(EVENT, "--facts", facts);
  expect(said).toContain("  ? amount gt 500: absent");
  expect(said).toContain("  + hour eq 1: is 1");
  const typo = folder.write("typo.json", '{ "hou": 1 }');
  expect(await simulate(EVENT, "--facts", typo)).toMatchObject({ code: 2, complained: ["unknown feature `hou`; did you mean `hour`?"] });
  const wrong = folder.write("wrong.json", '{ "hour": 24 }');
  expect((await simulate(EVENT, "--facts", wrong)).complained[0]).toBe("`hour`: expected an hour from `0` to `23`, got `24`");
});

test("an event the API would not take is refused with what is wrong", async () => {
  const { code, complained } = await simulate({ type: "PAYMENT" });
  expect(code).toBe(1);
  expect(complained[0]).toBe("the event is no transaction that the API would take");
  expect(complained.join()).toContain("amount");
  expect(await simulate([1])).toMatchObject({ code: 2, complained: ["standard input is not a JSON object"] });
});

test("it wants one event or one decision", async () => {
  expect(await runIn({}, "simulate")).toMatchObject({ code: 2, complained: ["simulate what? --event FILE, or --decision ID"] });
});
