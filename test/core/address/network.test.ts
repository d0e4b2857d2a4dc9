import { expect, test } from "vitest";
import { holds, networkText, overlap, parseNetwork } from "../../../src/core/address/network.ts";
import { parseAddress } from "../../../src/core/address/parse-address.ts";

test.each([
  ["192.0.2.0/24", "192.0.2.0/24"],
  ["192.0.2.77/24", "192.0.2.0/24"],
  ["192.0.2.1", "192.0.2.1"],
  ["192.0.2.1/32", "192.0.2.1"],
  ["0.0.0.0/0", "0.0.0.0/0"],
  ["255.255.255.255/1", "128.0.0.0/1"],
  ["::ffff:192.0.2.0/120", "192.0.2.0/24"],
  ["::ffff:0:0/96", "0.0.0.0/0"],
  ["64:ff9b::c000:200/120", "192.0.2.0/24"],
  ["2001:DB8::1/32", "2001:db8::/32"],
  ["2001:db8::1/128", "2001:db8::1"],
  ["2001:db8::f/125", "2001:db8::8/125"],
  ["2001:db8:ffff:ffff:ffff::/65", "2001:db8:ffff:ffff:8000::/65"],
  ["::/0", "::/0"],
])("%s is the network %s", (text, canonical) => {
  const network = parseNetwork(text);
  expect(network && networkText(network)).toBe(canonical);
});

test.each([
  "192.0.2.0/33",
  "192.0.2.0/-1",
  "192.0.2.0/",
  "192.0.2.0/08",
  "192.0.2.0/+8",
  "192.0.2.0/8/8",
  "192.0.2.0/255.255.255.0",
  "192.0.2/24",
  "2001:db8::/129",
  // Half of it would be IPv4, half would not.
  "::ffff:0:0/95",
  "/8",
  "",
])("%j is no network", (text) => {
  expect(parseNetwork(text)).toBeNull();
});

test.each([
  ["10.0.0.0/8", "10.255.255.255", true],
  ["10.0.0.0/8", "11.0.0.0", false],
  ["128.0.0.0/1", "255.0.0.1", true],
  ["0.0.0.0/0", "203.0.113.9", true],
  ["0.0.0.0/0", "2001:db8::1", false],
  ["::/0", "::ffff:192.0.2.1", false],
  ["192.0.2.0/24", "64:ff9b::192.0.2.9", true],
  ["2001:db8::/33", "2001:db8:7fff::1", true],
  ["2001:db8::/33", "2001:db8:8000::1", false],
  ["2001:db8::/127", "2001:db8::1", true],
  ["2001:db8::/127", "2001:db8::2", false],
])("%s holds %s: %s", (network, address, isHeld) => {
  const [parsed, within] = [parseNetwork(network), parseAddress(address)];
  expect(parsed && within && holds(parsed, within)).toBe(isHeld);
});

test.each([
  ["10.0.0.0/8", "10.9.0.0/16", true],
  ["10.9.0.0/16", "10.0.0.0/8", true],
  ["10.0.0.0/9", "10.128.0.0/9", false],
  ["::/0", "0.0.0.0/0", false],
])("%s and %s have addresses in common: %s", (one, other, isShared) => {
  const [first, second] = [parseNetwork(one), parseNetwork(other)];
  expect(first && second && overlap(first, second)).toBe(isShared);
});
