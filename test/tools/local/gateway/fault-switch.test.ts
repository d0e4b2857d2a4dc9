import { expect, test } from "vitest";
import { createFaultSwitch } from "../../../../src/tools/local/gateway/fault-switch.ts";

const read = () => "EVALSHA abc";

test("without faults nothing is read and nothing goes wrong", () => {
  const faults = createFaultSwitch();
  const next = faults.next(() => {
    throw new Error("read");
  });
  expect(next).toEqual({ delayMs: 0, failure: null });
});

test("delays add up and the first other fault decides", () => {
  const faults = createFaultSwitch();
  faults.set([{ kind: "delay", ms: 10 }, { kind: "delay", ms: 5 }, { kind: "status", status: 503 }, { kind: "refuse" }]);
  expect(faults.next(read)).toMatchObject({ delayMs: 15, failure: { kind: "status", status: 503 } });
});

test("a fault hits only the commands it names", () => {
  const faults = createFaultSwitch();
  faults.set([{ kind: "refuse", match: "EVALSHA" }]);
  expect(faults.next(() => "GET a").failure).toBe(null);
  expect(faults.next(read).failure).toMatchObject({ kind: "refuse" });
});

test("a probability is compared with chance", () => {
  const chances = [0.19, 0.2, 0.9];
  const faults = createFaultSwitch(() => chances.shift() ?? 1);
  faults.set([{ kind: "drop_answer", probability: 0.2 }]);
  expect([faults.next(read), faults.next(read), faults.next(read)].map(({ failure }) => failure?.kind ?? null)).toEqual([
    "drop_answer",
    null,
    null,
  ]);
});

test("a fault with a number of times counts its hits alone and then ends", () => {
  const faults = createFaultSwitch();
  faults.set([{ kind: "refuse", times: 2, match: "EVALSHA" }]);
  faults.next(() => "GET a");
  expect(faults.next(read).failure?.kind).toBe("refuse");
  expect(faults.list()).toEqual([{ kind: "refuse", times: 1, probability: 1, match: "EVALSHA" }]);
  expect(faults.next(read).failure?.kind).toBe("refuse");
  expect(faults.next(read).failure).toBe(null);
  expect(faults.list()).toEqual([]);
});

test.each([
  [{ kind: "delay", ms: -1 }],
  [{ kind: "status", status: 200 }],
  [{ kind: "refuse", probability: 2 }],
  [{ kind: "refuse", typo: true }],
])("%j is refused", (fault) => {
  expect(() => createFaultSwitch().set([fault as never])).toThrow();
});
