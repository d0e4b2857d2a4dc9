import { expect, test } from "vitest";
import { compileFiles, localOptions } from "../../../src/tools/backtest/compile-files.ts";
import { type OfflineSimulation, simulateOffline } from "../../../src/tools/backtest/simulate-offline.ts";
import { aRule, FEATURES } from "../../core/backtest/cases.ts";
import { NOON } from "../../support/records/record-builder.ts";

const OPTIONS = localOptions({ currency: "EUR", timeZone: "UTC" });

function simulated(changes: Partial<OfflineSimulation>) {
  const pack = { name: "p", rules: [aRule("R1", { client_count_1h: { gte: 3 } }), aRule("R2", { amount: { gt: 40 } })] };
  const compiled = compileFiles({ files: [{ name: "p.json", text: JSON.stringify(pack) }], features: JSON.stringify(FEATURES) }, OPTIONS);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
  const event = { type: "PAYMENT", amount: 50, client_id: "c" };
  return simulateOffline({ config: compiled.value, options: OPTIONS, currency: "EUR", event, facts: {}, nowMs: NOON, ...changes });
}
const firedIn = (result: ReturnType<typeof simulated>) => (result.ok ? result.value.answer.rules.map(({ id }) => id) : result.error);

test("an event alone has no history but itself", () => {
  const result = simulated({});
  expect(firedIn(result)).toEqual(["p/R2"]);
  expect(result.ok && result.value.explanation.features).toMatchObject({ amount: 50, client_count_1h: 1 });
});

test("facts that are given stand before what the event gives, in the units of rules", () => {
  expect(firedIn(simulated({ facts: { client_count_1h: 3, amount: 39.99 } }))).toEqual(["p/R1"]);
  expect(firedIn(simulated({ facts: { amount: null } }))).toEqual([]);
});

test("what is made of given facts is computed from them, unless it is given itself", () => {
  const rateOf = (facts: OfflineSimulation["facts"]) => {
    const result = simulated({ facts });
    return result.ok ? result.value.explanation.features.rate : result.error;
  };
  expect([rateOf({}), rateOf({ client_count_24h: 4 }), rateOf({ client_count_24h: 4, rate: 9 })]).toEqual([1, 0.25, 9]);
});

test("a fact that is not declared or of the wrong type, and a bad event, are told with their path", () => {
  expect(simulated({ facts: { amout: 3, client_count_1h: "many" } })).toMatchObject({
    ok: false,
    error: [
      { path: "facts.amout", message: expect.stringContaining("did you mean `amount`") },
      { path: "facts.client_count_1h", code: "wrong_type" },
    ],
  });
  expect(simulated({ event: { type: "PAYMENT", amount: -1 } })).toMatchObject({ ok: false, error: [{ path: "amount" }] });
  expect(simulated({ event: [] })).toMatchObject({ ok: false });
});
