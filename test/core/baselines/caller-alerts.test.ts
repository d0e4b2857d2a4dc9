import { describe, expect, test } from "vitest";
import { type CallerActivity, callerAlerts } from "../../../src/core/baselines/caller-alerts.ts";

const NOW = Date.parse("2026-11-20T12:00:00Z");
const caller = (changes: Partial<CallerActivity> = {}): CallerActivity => ({
  ...{ address: "a_1", network: "n_1", actor: "anonymous", requests: 500, requestId: "r-1" },
  ...{ refused: 0, forbidden: 0, notFound: 0, limited: 0, ...changes },
});
const kinds = (rows: readonly CallerActivity[]): string[] => callerAlerts(rows, NOW).map(({ kind }) => kind);

test("a caller that gets what it asks for is never a cause, however much it asks for", () => {
  expect(kinds([caller({ requests: 1_000_000, actor: "key-1" })])).toEqual([]);
  expect(kinds([])).toEqual([]);
});

test("refused credentials, probing and a flood of refusals of one address are told, summed over what it tried", () => {
  expect(kinds([caller({ refused: 20 }), caller({ refused: 20, actor: "key-1" })])).toEqual(["credential_guessing"]);
  expect(kinds([caller({ notFound: 50, forbidden: 10 })])).toEqual(["surface_probing"]);
  expect(kinds([caller({ limited: 300 })])).toEqual(["request_flood"]);
  expect(kinds([caller({ refused: 29, notFound: 59, limited: 99 })])).toEqual([]);
});

describe("getting round the rate limit", () => {
  test("from several addresses of one network", () => {
    const rows = ["a_1", "a_2", "a_3"].map((address) => caller({ address, limited: 40 }));
    expect(callerAlerts(rows, NOW)).toMatchObject([
      { kind: "limit_evasion", dedupKey: "limit_evasion:n_1", details: { addresses: 3, limited: 120 } },
    ]);
    expect(kinds(rows.slice(1))).toEqual([]);
  });
  test("with one key from several addresses of several networks", () => {
    const rows = ["a_1", "a_2", "a_3"].map((address) => caller({ address, network: `n_${address}`, actor: "key-1", limited: 40 }));
    expect(callerAlerts(rows, NOW)).toMatchObject([{ kind: "limit_evasion", details: { key_id: "key-1", addresses: 3 } }]);
  });
});

test("an address that is not known has no neighbours", () => {
  const rows = [caller({ address: null, network: null, limited: 1_000 }), caller({ address: null, network: null, refused: 1_000 })];
  expect(callerAlerts(rows, NOW)).toEqual([]);
});

test("calls of what is not served are counted by network, and many of them are probing", () => {
  const rows = [caller({ address: null, notFound: 60 })];
  expect(callerAlerts(rows, NOW)).toMatchObject([{ kind: "surface_probing", details: { network_digest: "n_1", probed: 60 } }]);
});
