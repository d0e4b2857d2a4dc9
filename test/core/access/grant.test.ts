import fc from "fast-check";
import { expect, test } from "vitest";
import { refusalOf, scopesBeyond } from "../../../src/core/access/grant.ts";
import { isExpirySoon, keyExpiry, rotatedExpiry } from "../../../src/core/access/key-life.ts";
import { mayDo, ROLES, VERBS, type Verb } from "../../../src/core/access/permission.ts";
import { NewPassword, Username } from "../../../src/core/access/user.ts";

const DAY = 86_400_000;
const NOON = Date.parse("2026-11-20T12:00:00Z");

test("an admin may do what an analyst may, and an analyst what a reader may", () => {
  for (const verb of VERBS) {
    if (mayDo("readonly", verb)) expect(mayDo("analyst", verb)).toBe(true);
    if (mayDo("analyst", verb)) expect(mayDo("admin", verb)).toBe(true);
  }
});

test("no role may do a verb that the table does not have", () => {
  for (const verb of ["", "constructor", "__proto__", "keys.destroy"])
    for (const role of ROLES) expect(mayDo(role, verb as Verb)).toBe(false);
});

test("only admins have a say over keys and users", () => {
  for (const role of ROLES) for (const verb of ["keys.manage", "users.manage"] as const) expect(mayDo(role, verb)).toBe(role === "admin");
});

test("a grant allows what both role and scopes allow, and a reader only reading", () => {
  const cases = fc.record({
    role: fc.constantFrom(...ROLES),
    scopes: fc.option(fc.subarray([...VERBS])),
    verb: fc.constantFrom(...VERBS),
    method: fc.constantFrom("GET", "HEAD", "POST", "PUT", "DELETE"),
  });
  fc.assert(
    fc.property(cases, ({ role, scopes, verb, method }) => {
      const isAllowed =
        mayDo(role, verb) && (scopes?.includes(verb) ?? true) && (role !== "readonly" || method === "GET" || method === "HEAD");
      expect(refusalOf({ role, scopes }, verb, method) === null).toBe(isAllowed);
      expect(scopesBeyond(role, scopes ?? []).every((scope) => !mayDo(role, scope))).toBe(true);
    }),
  );
});

test("a key's end is told of from 14 days before, to the moment", () => {
  const end = keyExpiry(NOON, 90);
  expect(end - NOON).toBe(90 * DAY);
  expect(isExpirySoon(end, end - 14 * DAY)).toBe(true);
  expect(isExpirySoon(end, end - 14 * DAY - 1)).toBe(false);
  expect(isExpirySoon(null, NOON)).toBe(false);
});

test("a rotated key never lives longer for it", () => {
  expect(rotatedExpiry(null, NOON, 24)).toBe(NOON + DAY);
  expect(rotatedExpiry(NOON + 5, NOON, 24)).toBe(NOON + 5);
  expect(rotatedExpiry(NOON + 90 * DAY, NOON, 0)).toBe(NOON);
});

test("user names are lower case and plain; passwords have 15 characters or more", () => {
  expect(Username.parse("  Ann@Example.COM ")).toBe("ann@example.com");
  for (const name of ["a", "ann archer", "-ann", "ann\u0000", "аnn", "x".repeat(101)]) expect(Username.safeParse(name).success).toBe(false);
  expect(NewPassword.safeParse("x".repeat(14)).success).toBe(false);
  expect(NewPassword.safeParse("x".repeat(15)).success).toBe(true);
  expect(NewPassword.safeParse("x".repeat(257)).success).toBe(false);
});
