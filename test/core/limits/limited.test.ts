import { expect, test } from "vitest";
import { VERBS } from "../../../src/core/access/permission.ts";
import { classOfVerb, passesUncounted, quotaOf } from "../../../src/core/limits/limit-class.ts";
import { limitedBy } from "../../../src/core/limits/limited.ts";
import { rateLimitFields } from "../../../src/core/limits/rate-limit-fields.ts";
import { retryAfterSeconds, verdictOf } from "../../../src/core/limits/verdict.ts";

const A_KEY = { keyId: "k1", kind: "key", requestsPerMinute: null } as const;
const ADDRESS = "203.0.113.7";

test("a key with a limit of its own is held to that alone", () => {
  expect(limitedBy({ ...A_KEY, requestsPerMinute: 50 }, ADDRESS, "decision")).toEqual([
    { kind: "key", id: "k1", perMinute: 50, quota: 50 },
  ]);
});

test("a key without one is held to the general limit and its address, a person to the general limit, anyone else to the address", () => {
  const general = { kind: "key", id: "k1", perMinute: 1_000, quota: 1_000 };
  const address = { kind: "address", id: ADDRESS, perMinute: 100, quota: 100 };
  expect(limitedBy(A_KEY, ADDRESS, "decision")).toEqual([general, address]);
  expect(limitedBy({ ...A_KEY, kind: "user" }, ADDRESS, "decision")).toEqual([general]);
  expect(limitedBy(null, ADDRESS, "open")).toEqual([address]);
  expect(limitedBy(null, null, "open")).toEqual([]);
  expect(limitedBy(null, "not an address", "open")).toEqual([]);
});

test("a limit too large to count is the largest that can be", () => {
  expect(limitedBy({ ...A_KEY, requestsPerMinute: 2_000_000_000 }, null, "decision")).toMatchObject([
    { perMinute: 9_999_999, quota: 9_999_999 },
  ]);
});

test("every verb has a class; only decisions and open routes may use a limit up", () => {
  const urgent = VERBS.filter((verb) => quotaOf(1_000, classOfVerb(verb)) === 1_000);
  expect(urgent.sort()).toEqual(["decide", "decide.dry-run"]);
  expect(quotaOf(100, classOfVerb(null))).toBe(100);
  expect(["decision", "event", "read", "export"].map((name) => quotaOf(1_000, name as "read"))).toEqual([1_000, 950, 900, 800]);
  expect(quotaOf(1, "export")).toBe(1);
});

test("only exports wait for somebody who can count them", () => {
  expect((["open", "decision", "event", "read", "export"] as const).filter(passesUncounted)).toEqual(["open", "decision", "event", "read"]);
});

test("header fields name every policy, what is left of it and when there is more", () => {
  const limited = limitedBy(A_KEY, ADDRESS, "decision");
  const verdict = verdictOf({ limited, cost: 1 }, [
    { isAllowed: true, remaining: 7, waitMs: 12_001 },
    { isAllowed: false, remaining: 0, waitMs: 900 },
  ]);
  expect(verdict.kind).toBe("refused");
  expect(rateLimitFields(verdict)).toEqual({
    "ratelimit-policy": '"key";q=1000;w=60, "address";q=100;w=60',
    ratelimit: '"key";r=7;t=13, "address";r=0;t=1',
  });
  expect(rateLimitFields({ kind: "unknown", call: { limited, cost: 1 } })).toEqual({
    "ratelimit-policy": '"key";q=1000;w=60, "address";q=100;w=60',
  });
  expect(rateLimitFields(verdictOf({ limited: [], cost: 1 }, []))).toEqual({});
});

test("a caller waits for the slowest of the limits that refused, and for ever when one never takes the call", () => {
  const allowed = { isAllowed: true, remaining: 1, waitMs: 60_000 };
  const refused = (waitMs: number | null) => ({ isAllowed: false, remaining: 0, waitMs });
  expect(retryAfterSeconds([allowed, refused(1_001), refused(400)])).toBe(2);
  expect(retryAfterSeconds([refused(1)])).toBe(1);
  expect(retryAfterSeconds([refused(5_000), refused(null)])).toBeNull();
});
