import { expect, test } from "vitest";
import { addressRisk, type RecentCounts } from "../../../src/core/address-analysis/address-risk.ts";
import { type AddressIntelligence, NO_INTELLIGENCE } from "../../../src/core/address-intelligence/address-intelligence.ts";

const NOTHING: RecentCounts = { decisions: 0, held: 0, blocked: 0, logins: 0, failedLogins: 0 };
const risk = (recent: Partial<RecentCounts>, lists: Partial<AddressIntelligence> = {}): number =>
  addressRisk({ ...NOTHING, ...recent }, { ...NO_INTELLIGENCE, ...lists });

test("an address that did nothing and is on no list has no risk", () => {
  expect(risk({})).toBe(0);
  expect(addressRisk({ ...NOTHING, decisions: 500, logins: 100 }, null)).toBe(0);
});

test("one refusal is no pattern, twenty of twenty are", () => {
  expect(risk({ decisions: 1, blocked: 1 })).toBe(19);
  expect(risk({ decisions: 20, blocked: 20 })).toBeCloseTo(79.17, 2);
  expect(risk({ decisions: 100, blocked: 100 })).toBeGreaterThan(90);
});

test("a held transaction weighs less than a blocked one, an allowed one lowers the score", () => {
  expect(risk({ decisions: 20, held: 20 })).toBeLessThan(risk({ decisions: 20, blocked: 20 }));
  expect(risk({ decisions: 200, blocked: 20 })).toBeLessThan(risk({ decisions: 20, blocked: 20 }));
});

test("failed logins count against all logins", () => {
  expect(risk({ logins: 16, failedLogins: 16 })).toBe(64);
  expect(risk({ logins: 160, failedLogins: 16 })).toBeLessThan(10);
});

test("lists add up without passing 100", () => {
  expect(risk({}, { isTor: true })).toBe(40);
  expect(risk({}, { isTor: false, isVpn: true })).toBe(15);
  expect(risk({}, { blacklistCount: 1 })).toBe(15);
  expect(risk({}, { blacklistCount: 1_000 })).toBe(75);
  const all = risk(
    { decisions: 1e6, blocked: 1e6, logins: 1e6, failedLogins: 1e6 },
    { isTor: true, isVpn: true, isDatacenter: true, blacklistCount: 99 },
  );
  expect(all).toBeGreaterThan(99);
  expect(all).toBeLessThanOrEqual(100);
});
