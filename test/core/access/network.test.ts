import { expect, test } from "vitest";
import { isAdmitted, parseNetworks } from "../../../src/core/access/network.ts";

const networksOf = (text: string) => {
  const parsed = parseNetworks(text);
  if ("malformed" in parsed) throw new Error(parsed.malformed);
  return parsed.networks;
};

test("without networks every address is admitted, even an unknown one", () => {
  expect([isAdmitted("192.0.2.1", []), isAdmitted(null, [])]).toEqual([true, true]);
});

test.each([
  ["198.51.100.7", true],
  ["198.51.101.7", false],
  ["::ffff:198.51.100.7", true],
  ["2001:db8:5::9", true],
  ["2001:db9::1", false],
  ["203.0.113.9", true],
  ["203.0.113.10", false],
  ["198.51.100.7, 10.0.0.1", false],
  ["0306.063.0144.07", false],
  ["", false],
])("with networks, `%s` is admitted: %s", (address, admitted) => {
  expect(isAdmitted(address, networksOf("198.51.100.0/24, 2001:db8::/32,203.0.113.9"))).toBe(admitted);
});

test("with networks an unknown address is not admitted", () => {
  expect(isAdmitted(null, networksOf("0.0.0.0/0,::/0"))).toBe(false);
});

test.each(["office", "192.0.2.0/33", "192.0.2.0/-1", "192.0.2.1/24/8", "*"])("`%s` is no network", (text) => {
  expect(parseNetworks(`192.0.2.0/24,${text}`)).toEqual({ malformed: text });
});
