import { expect, test } from "vitest";
import { PostbackSettings } from "../../../src/core/external-checks/postback-settings.ts";
import { readPostback } from "../../../src/core/external-checks/read-postback.ts";

const read = (settings: object, body: unknown) => readPostback(PostbackSettings.parse(settings), body);
const features = { effect: { kind: "features", entity: "ip", id: "who.ip", values: { proxy: "who.proxy", score: "score" } } };
const label = { effect: { kind: "label", transaction: "tx", label: "verdict", map: { bad: "fraud", good: "legitimate" } } };
const chargeback = {
  id: "event.id",
  when: { path: "type", in: ["chargeback"] },
  effect: { kind: "chargeback", transaction: "tx", amount: "sum" },
};

test("features are kept for the entity in its canonical spelling; what the body does not say is left out", () => {
  expect(read(features, { who: { ip: "::ffff:192.0.2.4", proxy: true }, score: null })).toEqual({
    ok: true,
    value: { id: null, order: { kind: "features", entity: "ip", id: "192.0.2.4", values: { proxy: true } } },
  });
  expect(read(features, { who: { ip: "192.0.2.4" } })).toMatchObject({ ok: true, value: { order: { kind: "ignored" } } });
});

test("a label is the service's word in ours; a word nobody knows is ignored", () => {
  expect(read(label, { tx: 81, verdict: "bad" })).toMatchObject({
    value: { order: { kind: "label", transactionId: "81", label: "fraud" } },
  });
  expect(read(label, { tx: "81", verdict: "constructor" })).toMatchObject({ value: { order: { kind: "ignored" } } });
});

test("a chargeback names its notification and its transaction; other kinds are ignored", () => {
  const body = { event: { id: "cb-1" }, type: "chargeback", tx: "81", sum: 12.5 };
  expect(read(chargeback, body)).toEqual({
    ok: true,
    value: { id: "cb-1", order: { kind: "chargeback", transactionId: "81", amount: 12.5, timestamp: undefined } },
  });
  expect(read(chargeback, { ...body, type: "refund" })).toMatchObject({ value: { order: { kind: "ignored" } } });
});

test.each([
  ["no address", features, { who: { ip: "everyone", proxy: true } }, "who.ip"],
  ["a value that is none", features, { who: { ip: "192.0.2.4", proxy: {} } }, "who.proxy"],
  ["a text without end", features, { who: { ip: "192.0.2.4", proxy: "x".repeat(513) } }, "who.proxy"],
  ["no transaction", label, { verdict: "bad" }, "tx"],
  ["a blank transaction", label, { tx: "  ", verdict: "bad" }, "tx"],
  ["NUL in an id", label, { tx: "a\u0000", verdict: "bad" }, "tx"],
  ["no id of the notification", chargeback, { type: "chargeback", tx: "81" }, "event.id"],
  ["no JSON at all", label, undefined, "tx"],
])("%s is told by its path", (_, settings, body, path) => {
  expect(read(settings, body)).toMatchObject({ ok: false, error: { path } });
});
