import { expect, test } from "vitest";
import { canonicalListEntry, compileNamedList, type NamedListType } from "../../../src/core/config/named-list.ts";

test.each<[NamedListType, string, string | null]>([
  ["ip", "::ffff:198.51.100.7/120", "198.51.100.0/24"],
  ["ip", " 2001:DB8::1 ", "2001:db8::1"],
  ["ip", "010.0.0.1", null],
  ["email", "Someone@Example.COM", "someone@example.com"],
  ["email", "nobody", null],
  ["country", "de", "DE"],
  ["country", "Germany", null],
  ["bin", "457173", "457173"],
  ["bin", "4571730000000000", null],
  ["text", "Berlin", "berlin"],
  ["id", "Device-A", "Device-A"],
  ["id", "   ", null],
])("an entry of a list of type %s, `%s`, is %s", (type, text, canonical) => {
  expect(canonicalListEntry(type, text)).toBe(canonical);
});

test("an address list holds every address of its networks, in both families, and nothing that is no address", () => {
  const list = compileNamedList(JSON.stringify({ type: "ip", entries: ["198.51.100.0/24", "2001:db8:1::/48", "192.0.2.1"] }));
  expect(["198.51.100.0", "198.51.100.255", "2001:db8:1:ffff::1", "192.0.2.1"].every((address) => list.has(address))).toBe(true);
  expect(["198.51.101.0", "2001:db8:2::1", "192.0.2.2", "", "rubbish"].some((address) => list.has(address))).toBe(false);
});

test("a list without entries holds nothing; a damaged one is told", () => {
  for (const type of ["ip", "id", "email"]) expect(compileNamedList(JSON.stringify({ type, entries: [] })).has("192.0.2.1")).toBe(false);
  expect(() => compileNamedList('{"type":"ip"}')).toThrow();
});
