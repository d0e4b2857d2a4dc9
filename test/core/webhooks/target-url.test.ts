import { describe, expect, test } from "vitest";
import { readTarget, refusedAddress } from "../../../src/core/webhooks/target-url.ts";

/** Every way to write an address that is not of the internet, or a place where a webhook has no business. */
const INSIDE = [
  "https://127.0.0.1/",
  "https://127.1/",
  "https://127.0.0.1./",
  "https://2130706433/",
  "https://017700000001/",
  "https://0x7f000001/",
  "https://0x7f.1/",
  "https://0x7f.0x0.0x0.0x1/",
  "https://0177.0.0.1/",
  "https://127.000.000.001/",
  "https://0/",
  "https://0.0.0.0/",
  "https://①②⑦.⓪.⓪.①/",
  "https://１２７.０.０.１/",
  "https://127。0。0。1/",
  "https://%31%32%37.0.0.1/",
  "https://[::1]/",
  "https://[::]/",
  "https://[0:0:0:0:0:0:0:1]/",
  "https://[::ffff:127.0.0.1]/",
  "https://[::ffff:7f00:1]/",
  "https://[0:0:0:0:0:ffff:127.0.0.1]/",
  "https://[::127.0.0.1]/",
  "https://[64:ff9b::127.0.0.1]/",
  "https://[64:ff9b::7f00:1]/",
  "https://[64:ff9b:1::1]/",
  "https://[2002:7f00:1::]/",
  "https://[2001:0:7f00:1::]/",
  "https://[fe80::1]/",
  "https://[fc00::1]/",
  "https://[fd12:3456:789a::1]/",
  "https://[fec0::1]/",
  "https://[ff02::1]/",
  "https://[2001:db8::1]/",
  "https://10.0.0.1/",
  "https://10.255.255.255/",
  "https://100.64.0.1/",
  "https://169.254.169.254/latest/meta-data/",
  "https://2852039166/",
  "https://0xa9fea9fe/",
  "https://172.16.0.1/",
  "https://172.31.255.255/",
  "https://192.168.1.1/",
  "https://192.0.0.1/",
  "https://198.18.0.1/",
  "https://224.0.0.1/",
  "https://240.0.0.1/",
  "https://255.255.255.255/",
  "https://localhost/",
  "https://LOCALHOST/",
  "https://localhost./",
  "https://localhost../",
  "https://ⓛocalhost/",
  "https://app.localhost/",
  "https://localhost.localdomain/",
  "https://metadata/",
  "https://metadata.google.internal/",
  "https://printer.local/",
  "https://router.home.arpa/",
  "https://wiki.corp/",
  "https://db.lan./",
  "https://1.0.0.127.in-addr.arpa/",
];

const ELSEWHERE = [
  ["http://shop.example/", "must begin with `https://`"],
  ["ftp://shop.example/", "must begin with `https://`"],
  ["file:///etc/passwd", "must begin with `https://`"],
  ["javascript:alert(1)", "must begin with `https://`"],
  ["//shop.example/", "must be an address such as"],
  ["shop.example", "must be an address such as"],
  ["", "must be an address such as"],
  ["https://", "must be an address such as"],
  ["https://user@shop.example/", "must not hold a user name or password"],
  ["https://user:password@shop.example/", "must not hold a user name or password"],
  ["https://shop.example@127.0.0.1/", "must not hold a user name or password"],
  ["https://shop.example:22/", "must not name port `22`"],
  ["https://shop.example:80/", "must not name port `80`"],
  ["https://shop.example:6379/", "must not name port `6379`"],
  ["https://256.256.256.256/", "must be an address such as"],
  [`https://shop.example/${"x".repeat(2_000)}`, "must not be longer"],
] as const;

describe("a webhook's address", () => {
  test.each(INSIDE)("is refused at %s", (text) => {
    for (const allowsLocal of [false, true]) expect(readTarget(text, allowsLocal).ok).toBe(false);
  });

  test.each(ELSEWHERE)("is refused at %s", (text, sentence) => {
    const read = readTarget(text, false);
    expect(read.ok ? "" : read.error).toContain(sentence);
  });

  test.each([
    ["https://hooks.shop.example/tollgate?for=me", "hooks.shop.example"],
    ["https://HOOKS.Shop.Example./", "hooks.shop.example"],
    ["https://hooks.shop.example:443/", "hooks.shop.example"],
    ["https://hooks.shop.example:8443/", "hooks.shop.example"],
    ["https://bücher.example/", "xn--bcher-kva.example"],
    ["https://93.184.215.14/", null],
    ["https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/", null],
    // Many receivers live behind the platform that this runs on.
    ["https://104.16.1.1/", null],
  ])("is taken at %s", (text, name) => {
    expect(readTarget(text, false)).toMatchObject({ ok: true, value: { name } });
  });

  test("on this machine is taken where that is allowed, in no other form and by no other name", () => {
    expect(readTarget("http://127.0.0.1:8080/hooks", true)).toMatchObject({ ok: true, value: { name: null } });
    for (const text of ["http://127.0.0.1:8080/hooks", "http://localhost:8080/"]) expect(readTarget(text, false).ok).toBe(false);
    for (const text of ["http://localhost:8080/", "http://127.0.0.2/", "http://[::1]/", "http://10.0.0.1/", "http://u@127.0.0.1/"])
      expect(readTarget(text, true).ok).toBe(false);
  });
});

describe("what a name stands for", () => {
  test.each([
    [["93.184.215.14"], null],
    [["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"], null],
    [["93.184.215.14", "10.0.0.1"], "10.0.0.1"],
    [["::ffff:127.0.0.1"], "::ffff:127.0.0.1"],
    [["2002:a00:1::"], "2002:a00:1::"],
    [["not an address"], "not an address"],
  ])("%j", (addresses, refused) => {
    expect(refusedAddress(addresses)).toBe(refused);
  });
});
