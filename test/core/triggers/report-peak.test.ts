import { expect, test } from "vitest";
import { findPeaks } from "../../../src/core/triggers/find-peaks.ts";
import { reportPeak } from "../../../src/core/triggers/report-peak.ts";
import type { TrafficEvent } from "../../../src/core/triggers/traffic-event.ts";
import type { EventTrigger } from "../../../src/core/triggers/triggers.ts";

const NOON = Date.parse("2026-11-20T12:00:00Z");
const TRIGGER: EventTrigger = {
  ...{ id: "mass_registration", name: "Mass registration", report: "mass_registration", severity: "high", about: "ip", event: "register" },
  ...{ status: null, windowMs: 3_600_000, atLeast: 8, distinct: null, share: null, followedBy: [] },
};
const registrations = (count: number): TrafficEvent[] =>
  Array.from({ length: count }, (_, n) => ({
    ...{ id: `r${n}`, type: "register", status: "success", atMs: NOON + n * 1_000 },
    ...{ client: `client-${n}`, device: `device-${n % 3}`, ip: "192.0.2.7", email: `who${n}@mail.example`, impressions: null },
  }));
const report = (count: number, changes: { value?: string; livemode?: boolean } = {}) => {
  const [peak] = findPeaks(TRIGGER, registrations(count), NOON);
  if (peak === undefined) throw new Error("no peak");
  return reportPeak(TRIGGER, peak, { value: "192.0.2.7", livemode: true, hash: (text) => `<${text}>`, nowMs: NOON, ...changes });
};

test("says in a sentence what was found, and whom it is about nowhere but in the entity", () => {
  const found = report(9);
  expect(found.description).toBe(
    "Mass registration: 9 registrations by one address from 2026-11-20T12:00:00.000Z to 2026-11-20T12:00:08.000Z",
  );
  expect(found).toMatchObject({
    entity: { kind: "ip", value: "192.0.2.7" },
    related: { addresses: [], devices: { length: 3 }, clients: { length: 9 } },
  });
  expect(found.evidence).toMatchObject({
    value: 9,
    threshold: 8,
    window_seconds: 3_600,
    distinct: { clients: 9, devices: 3, addresses: 1, emails: 9 },
  });
  expect(JSON.stringify(found.evidence)).not.toContain("mail.example");
});

test("the same attack a little further on is the same finding; at four times the threshold it is one more of the same report", () => {
  expect(report(12).id).toBe(report(9).id);
  expect(report(32).id).not.toBe(report(9).id);
  expect(report(32).dedupKey).toBe(report(9).dedupKey);
});

test("another entity's and the other world's are other reports", () => {
  const keys = [report(9), report(9, { value: "192.0.2.8" }), report(9, { livemode: false })].map(({ dedupKey }) => dedupKey);
  expect(new Set(keys).size).toBe(3);
});

test("where as many events were read as may be there may be more", () => {
  expect(report(500).description).toContain("500 or more registrations");
  expect(report(500).evidence).toMatchObject({ value_is_at_least: true });
  expect(report(500).related.clients).toHaveLength(50);
});
