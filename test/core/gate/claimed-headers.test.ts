import { expect, test } from "vitest";
import { isClaim } from "../../../src/core/gate/claimed-headers.ts";
import { readCookie } from "../../../src/core/gate/cookie.ts";

test.each([
  ...["x-tollgate-verdict", "x.tollgate.verdict", "x_tollgate_key", "x~tollgate!address", "x-tollgate", "x-tollgate-anything"],
  ...["x-original-url", "x-rewrite-url", "x-forwarded-prefix", "x-forward-for", "x.original.url", "x_forwarded.for", "x-forwarded-port"],
  ...["cf_connecting_ip", "cf.ipcountry", "x_forwarded_proto", "x.real_ip", "true_client_ip"],
])("`%s` is a claim", (name) => {
  expect(isClaim(name)).toBe(true);
});

test.each([
  "cf-connecting-ip",
  "cf-ray",
  "x-forwarded-proto",
  "x-custom",
  "x_custom",
  "cookie",
  "host",
  "authorization",
  "x-requested-with",
])("`%s` is none", (name) => {
  expect(isClaim(name)).toBe(false);
});

test.each([
  ["a=1; __Host-x=v; b=2", "v"],
  ["__Host-x=v", "v"],
  [" \t__Host-x \t=\t v ", "v"],
  ["__Host-x=", ""],
  ["\u00a0__Host-x=v", null],
  ["\u3000__Host-x=v; __Host-x=w", "w"],
  ["\v__Host-x=v", null],
  ["__Host-x=v; __Host-x=w", null],
  ["__Host-x=v; a=1; __Host-x=v", null],
  ["=__Host-x=v", null],
  ["__host-x=v", null],
  ["a=__Host-x=v", null],
])("the cookie of `%s` is %j", (header, value) => {
  expect(readCookie(header, "__Host-x")).toBe(value);
});
