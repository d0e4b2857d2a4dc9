import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { checkFeatures } from "../../../src/core/features/check.ts";
import { checkTriggers } from "../../../src/core/triggers/check-triggers.ts";

const read = (path: string): string => readFileSync(new URL(`../../../rules/${path}`, import.meta.url), "utf8");
const features = checkFeatures(read("features.json"));
if (!features.ok) throw new Error(JSON.stringify(features.error));
const vocabulary = features.value;
const check = (document: unknown) => checkTriggers(typeof document === "string" ? document : JSON.stringify(document, null, 1), vocabulary);

const decision = { id: "d", name: "D", report: "transaction_fraud", severity: "low", about: ["ip"], blocked: true };
const event = { id: "e", name: "E", report: "click_speed", severity: "low", about: "ip", event: "click", window: "1m", atLeast: 5 };

test("rules/triggers.json has no fault, and a trigger for each kind of report that opens by itself", () => {
  const checked = check(read("triggers.json"));
  if (!checked.ok) throw new Error(JSON.stringify(checked.error));
  const types = new Set([...checked.value.decisions, ...checked.value.events].map(({ report }) => report));
  expect([...types].sort()).toEqual([
    "account_takeover",
    "anomaly_cr",
    "anomaly_ctr",
    "click_speed",
    "device_fraud",
    "geo_fraud",
    "ip_fraud",
    "mass_registration",
    "transaction_fraud",
  ]);
});

test("a trigger that is switched off is checked and left out", () => {
  const checked = check({ decisions: [{ ...decision, enabled: false }], events: [event] });
  expect(checked).toMatchObject({ ok: true, value: { decisions: [], events: [{ id: "e", windowMs: 60_000, followedBy: [] }] } });
  expect(check({ decisions: [{ ...decision, enabled: false, conditions: {} }], events: [] }).ok).toBe(false);
});

test.each<[string, object, object]>([
  [
    "an unknown feature, with the nearest",
    { decisions: [{ ...decision, conditions: { cards_per_ip_2h: 4 } }] },
    { code: "unknown_feature", path: "decisions[0].conditions.cards_per_ip_2h", message: expect.stringContaining("`cards_per_ip_1h`") },
  ],
  ["a wrong type", { decisions: [{ ...decision, conditions: { amount: { gt: "much" } } }] }, { path: "decisions[0].conditions.amount.gt" }],
  [
    "an unknown key, with the nearest",
    { events: [{ ...event, atleast: 5 }] },
    { code: "unknown_key", path: "events[0].atleast", message: "unknown key `atleast`; did you mean `atLeast`?" },
  ],
  [
    "an unknown kind of report",
    { events: [{ ...event, report: "click_sped" }] },
    { path: "events[0].report", message: expect.stringContaining("`click_speed`") },
  ],
  [
    "a decision's trigger that says nothing",
    { decisions: [{ ...decision, blocked: undefined }] },
    { code: "missing_key", path: "decisions[0]" },
  ],
  ["a lack of a name", { events: [{ ...event, name: undefined }] }, { code: "missing_key", message: "`name` is required" }],
  ["an id that stands twice", { decisions: [decision], events: [{ ...event, id: "d" }] }, { code: "duplicate_id", path: "events[0].id" }],
  ["a window that is too long", { events: [{ ...event, window: "31d" }] }, { code: "out_of_range", path: "events[0].window" }],
  ["a threshold that can never be reached", { events: [{ ...event, atLeast: 501 }] }, { code: "out_of_range", path: "events[0].atLeast" }],
  [
    "a share without its threshold",
    { events: [{ ...event, event: "conversion", per: "click" }] },
    { code: "missing_key", path: "events[0]" },
  ],
  ["clicks per click", { events: [{ ...event, per: "click", above: 0.5 }] }, { path: "events[0].per" }],
  [
    "impressions of what is not clicked",
    { events: [{ ...event, event: "conversion", per: "impression", above: 0.5 }] },
    { path: "events[0].per" },
  ],
  ["addresses of one address", { events: [{ ...event, distinct: "ip" }] }, { path: "events[0].distinct" }],
])("%s is a fault with its place", (_, part, fault) => {
  const checked = check({ decisions: [], events: [], ...part });
  expect(checked).toMatchObject({ ok: false, error: [{ line: expect.any(Number), ...fault }] });
});

test.each(["", "[]", "null", "{", '{"decisions":[]}', '{"decisions":[],"events":[],"events":[]}'])("%j is refused", (text) =>
  expect(check(text).ok).toBe(false),
);
