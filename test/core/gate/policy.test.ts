import { describe, expect, test } from "vitest";
import { createGatePolicy, looksUp, PathModes } from "../../../src/core/gate/policy.ts";

const policy = createGatePolicy("monitor", {
  "/checkout/*": "enforce",
  "/checkout/help/*": "off",
  "/*/admin": "challenge",
  "/exact": "enforce",
});

describe("the longest matching pattern decides", () => {
  test.each([
    ["/", "monitor"],
    ["/checkout", "enforce"],
    ["/checkout/", "enforce"],
    ["/checkout/pay", "enforce"],
    ["/checkout/help/x", "off"],
    ["/checkouts", "monitor"],
    ["/shop/admin", "challenge"],
    ["/exact", "enforce"],
    ["/exact/", "enforce"],
    ["/exact/more", "monitor"],
    ["/.well-known/acme-challenge/x", "off"],
  ])("%s → %s", (path, mode) => {
    expect(policy("GET", path)).toBe(mode);
  });
});

test.each([
  "/Checkout/pay",
  "/%63heckout/pay",
  "//checkout//pay",
  "/x/..%2fcheckout/pay",
  "/./checkout/pay",
  "/checkout;a=b/pay",
  "/checkout%2Fpay",
  "\\checkout\\pay",
  "/.well-known/..%2fcheckout/pay",
])("no spelling of a path gets another policy: %s", (path) => {
  expect(policy("GET", path)).toBe("enforce");
});

describe("static assets", () => {
  test.each(["/a.css", "/img/logo.PNG", "/app.min.js", "/fonts/x.woff2"])("%s is skipped when it is read", (path) => {
    expect(policy("GET", path)).toBe("off");
    expect(policy("HEAD", path)).toBe("off");
  });
  test.each([
    "/cart.php/a.css",
    "/a.php",
    "/data.json",
    "/a.css/b",
    "/a.css/",
    "/a%2ecss",
    "/account/..%2fx.css",
    "/account;/x.css",
    "/account/\\x.css",
    "/account//x.css",
    "/account/./x.css",
    "/account/x%00.css",
    "/account%3fx.css",
  ])("%s is none", (path) => {
    expect(policy("GET", path)).toBe("monitor");
  });
  test("are like any other path where the deployment says so", () => {
    const checked = createGatePolicy("enforce", {}, "check");
    expect([checked("GET", "/a.css"), checked("GET", "/.well-known/x")]).toEqual(["enforce", "off"]);
  });
  test("what is written to is none, and a pattern goes before", () => {
    expect(policy("POST", "/a.css")).toBe("monitor");
    expect(policy("GET", "/checkout/a.css")).toBe("enforce");
  });
});

test("a malformed escape is a path like any other", () => {
  expect(policy("GET", "/%zz")).toBe("monitor");
});

test("a pattern's own characters mean themselves", () => {
  const dotted = createGatePolicy("off", { "/a.b(c)": "enforce" });
  expect(dotted("POST", "/a.b(c)")).toBe("enforce");
  expect(dotted("POST", "/aXb(c)")).toBe("off");
});

test("a gate that is off everywhere looks nothing up", () => {
  expect(looksUp("off", {})).toBe(false);
  expect(looksUp("off", { "/a": "off" })).toBe(false);
  expect(looksUp("off", { "/a": "monitor" })).toBe(true);
  expect(looksUp("monitor", {})).toBe(true);
});

test("a pattern that cannot match and a mode that does not exist are refused", () => {
  expect(PathModes.safeParse({ checkout: "enforce" }).success).toBe(false);
  expect(PathModes.safeParse({ "/checkout": "deny" }).success).toBe(false);
});
