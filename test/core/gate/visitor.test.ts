import { describe, expect, test } from "vitest";
import { readVisitor } from "../../../src/core/gate/visitor.ts";

const visit = (headers: Record<string, string>, trusted: string | null = null) => {
  const { address, isTrusted } = readVisitor((name) => headers[name] ?? null, trusted);
  return { address: address?.text ?? null, isTrusted };
};

describe("the platform's header", () => {
  test.each([
    ["198.51.100.7", "198.51.100.7"],
    ["::ffff:198.51.100.7", "198.51.100.7"],
    ["64:ff9b::c633:6407", "198.51.100.7"],
    ["2001:DB8:0::1", "2001:db8::1"],
  ])("%s is %s", (text, address) => {
    expect(visit({ "cf-connecting-ip": text })).toEqual({ address, isTrusted: true });
  });
  test.each(["", "010.0.0.1", "3325256711", "1.2.3.4, 5.6.7.8", " 1.2.3.4", "[::1]", "1.2.3.4:80", "x"])("`%s` is no address", (text) => {
    expect(visit({ "cf-connecting-ip": text })).toEqual({ address: null, isTrusted: false });
  });
  test("claims change nothing", () => {
    const claims = {
      "x-forwarded-for": "203.0.113.9",
      forwarded: "for=203.0.113.9",
      "x-real-ip": "203.0.113.9",
      "true-client-ip": "203.0.113.9",
    };
    expect(visit({ "cf-connecting-ip": "198.51.100.7", ...claims }).address).toBe("198.51.100.7");
    expect(visit(claims).address).toBeNull();
  });
});

describe("pseudo-IPv4", () => {
  test("the IPv6 address beside an address of 240/4 is the visitor's", () => {
    expect(visit({ "cf-connecting-ip": "245.1.2.3", "cf-connecting-ipv6": "2001:db8::1" }).address).toBe("2001:db8::1");
  });
  test("beside an ordinary address it is a claim", () => {
    expect(visit({ "cf-connecting-ip": "198.51.100.7", "cf-connecting-ipv6": "2001:db8::1" }).address).toBe("198.51.100.7");
  });
});

test("an address that another Worker may have chosen can refuse and not vouch", () => {
  expect(visit({ "cf-connecting-ip": "198.51.100.7", "cf-worker": "other.example" })).toEqual({
    address: "198.51.100.7",
    isTrusted: false,
  });
});

describe("a trusted proxy", () => {
  test("its own entry is the last", () => {
    expect(visit({ "x-forwarded-for": "203.0.113.9,  198.51.100.7 " }, "x-forwarded-for")).toEqual({
      address: "198.51.100.7",
      isTrusted: true,
    });
  });
  test.each([
    ["x-real-ip", "203.0.113.5:54321", "203.0.113.5"],
    ["x-visitor", "[2001:db8::1]:443", "2001:db8::1"],
    ["x-visitor", "[2001:DB8::1]", "2001:db8::1"],
    ["x-visitor", '"[2001:db8::1]:443"', "2001:db8::1"],
    ["x-visitor", "203.0.113.5,", "203.0.113.5"],
    ["x-forwarded-for", "192.0.2.1, 203.0.113.5:80, ,", "203.0.113.5"],
    ["x-visitor", "2001:db8::1", "2001:db8::1"],
    ["x-visitor", "::ffff:203.0.113.5", "203.0.113.5"],
  ])("%s: %s is %s", (name, value, address) => {
    expect(visit({ [name]: value, "cf-connecting-ip": "198.51.100.1" }, name)).toEqual({ address, isTrusted: true });
  });
  test("what the platform appends to `x-forwarded-for` is the proxy", () => {
    const headers = { "cf-connecting-ip": "198.51.100.1", "x-forwarded-for": "192.0.2.1, 203.0.113.5, 198.51.100.1" };
    expect(visit(headers, "x-forwarded-for")).toEqual({ address: "203.0.113.5", isTrusted: true });
  });
  test("a header that names the connecting address vouches for nobody: so does `x-real-ip` in a Worker", () => {
    const headers = { "cf-connecting-ip": "198.51.100.1", "x-real-ip": "198.51.100.1", "x-forwarded-for": "198.51.100.1" };
    for (const name of ["x-real-ip", "x-forwarded-for"])
      expect(visit(headers, name)).toEqual({ address: "198.51.100.1", isTrusted: false });
  });
  test.each(["junk", "", ",", "203.0.113.5:99999x", "[203.0.113.5", "203.0.113.5, unknown"])("`%s` is unreadable", (value) => {
    const headers: Record<string, string> = { "cf-connecting-ip": "198.51.100.1", "x-visitor": value };
    const { address, isTrusted, isUnreadable } = readVisitor((name) => headers[name] ?? null, "x-visitor");
    expect([address?.text, isTrusted, isUnreadable]).toEqual(["198.51.100.1", false, true]);
  });
  test("an empty name trusts nobody", () => {
    expect(visit({ "cf-connecting-ip": "198.51.100.1" }, "")).toEqual({ address: "198.51.100.1", isTrusted: false });
  });
  test("who comes past it is looked up by the platform's address, and not trusted", () => {
    expect(visit({ "cf-connecting-ip": "198.51.100.7" }, "x-real-ip")).toEqual({ address: "198.51.100.7", isTrusted: false });
    expect(visit({ "cf-connecting-ip": "198.51.100.7", "x-real-ip": "junk" }, "x-real-ip")).toEqual({
      address: "198.51.100.7",
      isTrusted: false,
    });
  });
});
