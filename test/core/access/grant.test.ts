import fc from "fast-check";
import { expect, test } from "vitest";
import { includesVerb, refusalOf, scopesBeyond, verbsBeyond } from "../../../src/core/access/grant.ts";
import { isExpirySoon, keyExpiry, rotatedExpiry } from "../../../src/core/access/key-life.ts";
import { PERMISSIONS, ROLES, type Role, VERBS, type Verb } from "../../../src/core/access/permission.ts";
import { NewPassword, Username } from "../../../src/core/access/user.ts";

const DAY = 86_400_000;
const NOON = Date.parse("2026-11-20T12:00:00Z");

const mayDo = (role: Role, verb: Verb): boolean => PERMISSIONS[role].has(verb);

test("an admin may do what an analyst may, an analyst what a reviewer may, and a reviewer what a reader may", () => {
  for (const verb of VERBS) {
    if (mayDo("readonly", verb)) expect(mayDo("reviewer", verb)).toBe(true);
    if (mayDo("reviewer", verb)) expect(mayDo("analyst", verb)).toBe(true);
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
      const isOwn = verb === "self.read" || verb === "self.manage";
      const isAllowed =
        mayDo(role, verb) &&
        (verb === "self.read" || (scopes?.includes(verb) ?? true)) &&
        (role !== "readonly" || isOwn || method === "GET" || method === "HEAD");
      expect(refusalOf(PERMISSIONS, { role, scopes }, verb, method) === null).toBe(isAllowed);
      expect(scopesBeyond(PERMISSIONS, role, scopes ?? []).every((scope) => !mayDo(role, scope))).toBe(true);
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

test("a reviewer decides cases, labels and reads, and publishes, edits and approves nothing", () => {
  const writes = [...PERMISSIONS.reviewer].filter((verb) => !mayDo("readonly", verb));
  expect(writes).toEqual(["decisions.label", "alerts.handle", "reports.handle", "reports.bulk"]);
});

test("no credential reaches one that may do more, in any pair of roles and scopes", () => {
  const grants = fc.record({ role: fc.constantFrom(...ROLES), scopes: fc.option(fc.subarray([...VERBS])) });
  fc.assert(
    fc.property(grants, grants, (holder, other) => {
      const missing = verbsBeyond(PERMISSIONS, holder, other);
      if (missing.length > 0) {
        for (const verb of missing) expect(includesVerb(PERMISSIONS, holder, verb)).toBe(false);
        return;
      }
      for (const verb of VERBS) {
        if (verb.startsWith("self.")) continue;
        if (includesVerb(PERMISSIONS, other, verb)) expect(includesVerb(PERMISSIONS, holder, verb)).toBe(true);
        if (mayDo(other.role, verb)) expect(mayDo(holder.role, verb)).toBe(true);
      }
    }),
    { numRuns: 2_000 },
  );
});

test("every credential reaches one like itself", () => {
  for (const role of ROLES)
    for (const scopes of [null, [], VERBS.slice(0, 9)]) expect(verbsBeyond(PERMISSIONS, { role, scopes }, { role, scopes })).toEqual([]);
});
