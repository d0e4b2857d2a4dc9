import { describe, expect, test } from "vitest";
import { addressScope, isVisitable, specialScopesIn } from "../../../src/core/address/address-scope.ts";
import { parseNetwork } from "../../../src/core/address/network.ts";
import { parseAddress } from "../../../src/core/address/parse-address.ts";

test.each([
  ["8.8.8.8", "public"],
  ["2a00:1450::1", "public"],
  ["2002:808:808::1", "public"],
  ["10.1.2.3", "private"],
  ["172.31.255.255", "private"],
  ["172.32.0.0", "public"],
  ["192.168.0.1", "private"],
  ["::ffff:10.0.0.1", "private"],
  ["64:ff9b::10.0.0.1", "private"],
  ["fd00::1", "private"],
  ["64:ff9b:1::1", "private"],
  ["100.64.0.1", "shared"],
  ["100.128.0.1", "public"],
  ["127.0.0.1", "loopback"],
  ["::1", "loopback"],
  ["169.254.169.254", "link_local"],
  ["fe80::1%eth0", "link_local"],
  ["224.0.0.1", "multicast"],
  ["ff02::1", "multicast"],
  ["0.0.0.0", "reserved"],
  ["::", "reserved"],
  ["240.0.0.1", "reserved"],
  ["255.255.255.255", "reserved"],
  ["198.18.0.1", "reserved"],
  ["5f00::1", "reserved"],
  ["192.0.2.1", "documentation"],
  ["2001:db8::1", "documentation"],
  ["3fff::1", "documentation"],
  ["104.16.1.1", "platform"],
  ["104.28.1.1", "public"],
  ["2606:4700::1", "platform"],
] as const)("%s is %s", (text, scope) => {
  const address = parseAddress(text);
  expect(address && addressScope(address)).toBe(scope);
});

test.each([
  ["8.8.8.8", true],
  ["198.51.100.7", true],
  ["10.0.0.1", false],
  ["104.16.1.1", false],
  ["240.0.0.9", false],
])("%s can be a visitor's: %s", (text, isVisitors) => {
  const address = parseAddress(text);
  expect(address && isVisitable(address)).toBe(isVisitors);
});

describe("what a network touches that is not ordinary", () => {
  test.each([
    ["8.8.8.0/24", []],
    ["198.51.100.0/24", []],
    ["10.1.0.0/16", ["private"]],
    ["104.28.3.0/24", []],
    ["104.0.0.0/8", ["platform"]],
    ["172.0.0.0/8", ["platform", "private"]],
    ["fc00::/8", ["private"]],
    ["2400::/12", ["platform"]],
    ["2a00:1450::/32", []],
  ] as const)("%s: %j", (text, scopes) => {
    const network = parseNetwork(text);
    expect(network && specialScopesIn(network).toSorted()).toEqual(scopes);
  });

  test("everything touches all of them", () => {
    const network = parseNetwork("0.0.0.0/0");
    expect(network && specialScopesIn(network).toSorted()).toEqual([
      "link_local",
      "loopback",
      "multicast",
      "platform",
      "private",
      "reserved",
      "shared",
    ]);
  });
});
