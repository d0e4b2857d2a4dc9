import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readPath } from "../../../src/core/gate/path-readings.ts";
import { createGatePolicy, type PathModes } from "../../../src/core/gate/policy.ts";

const ENFORCED = createGatePolicy("enforce", { "/feeds/*": "off" });
const CHECKOUT = createGatePolicy("monitor", { "/checkout/*": "enforce" });

describe("a path that some origin reads as a path that is not skipped is not skipped", () => {
  test.each([
    ["POST", "/.well-known/%ff/..%2f..%2fcheckout/pay"],
    ["POST", "/checkout/..;/.well-known/x"],
    ["POST", "/checkout.php/..;/.well-known/x"],
    ["POST", "/checkout.php/..%5c.well-known/x"],
    ["POST", "/checkout/..%2f.well-known%2fx"],
    ["GET", "/account/..%2fx.css"],
    ["GET", "/checkout.php/..;/x.css"],
    ["GET", "/feeds/%ff%2f..%2f..%2fcheckout%2fpay"],
    ["GET", "/feeds/..%252f..%252fcheckout/pay"],
    ["GET", "/feeds/%25252e%25252e/checkout/pay"],
    ["GET", "/feeds/%c0%ae%c0%ae%c0%afcheckout"],
    ["GET", "/feeds/%e0%80%ae./checkout"],
    ["GET", "/feeds/..%u002fcheckout"],
    ["GET", "/feeds/%uff0e%uff0e%uff0fcheckout"],
    ["GET", "/feeds/%ef%bc%8e%ef%bc%8e%ef%bc%8fcheckout"],
    ["GET", "/feeds/..%ef%bc%bccheckout"],
    ["GET", "/feeds/.%09./checkout"],
    ["GET", "/feeds/.%0a./checkout"],
    ["GET", "/feeds/..%20/checkout"],
    ["GET", "/feeds/.%00./checkout"],
    ["GET", "/feeds/;/../../checkout"],
    ["GET", "/feeds/;a=b/%2e%2E;/checkout"],
    ["GET", "/feeds//../checkout"],
    ["GET", "/feeds\\..\\checkout"],
    ["GET", "/x/../feeds/y"],
    ["GET", "/checkout%3f/../feeds/x"],
    ["GET", "/checkout%23/../feeds/x"],
    ["GET", "/index.php/feeds/x"],
    ["GET", "/checkout.aspx/..%2f..%2ffeeds/x"],
    ["GET", "/FEEDS/x"],
    ["GET", "/%66eeds/x"],
    ["GET", "/feed%C5%BF/x"],
    ["GET", "/feeds/%ff"],
    ["GET", "/feeds/%zz"],
    ["GET", "/feeds/%2"],
    ["GET", "/feeds/x%00"],
    ["GET", "/.well-known;/x"],
    ["GET", "/%2ewell-known/x"],
  ])("%s %s", (method, path) => {
    expect(ENFORCED(method, path)).toBe("enforce");
  });
});

describe("a path that some origin reads as an enforced path is enforced", () => {
  test.each([
    "/%63heckout/%ff",
    "/checkout%2fpay%ff",
    "/x%ff/..%2fcheckout/pay",
    "/%63heckout/%ff%2f..%2fpay",
    "/%2563heckout/pay",
    "/%c1%a3heckout/pay",
    "/%u0063heckout/pay",
    "/c%68eckout;x/pay",
    "/checkout.",
    "/checkout%20/pay",
    "/checkout%00.css",
    "/checkout%3f.css",
    "/%09checkout",
    "/CHECKOUT/PAY",
    "/chec%E2%84%AAout/pay",
    "/%EF%BD%83heckout/pay",
    "/x%2f..%5ccheckout",
    "/x/..%c0%afcheckout",
    "/index.php/checkout/pay",
    "/index.php%2fcheckout/pay",
    "/;/checkout/pay",
    "/x/%252e%252e/checkout/pay",
    "/.;/checkout",
    "/..;/checkout",
    "checkout/pay",
    "/.well-known/../checkout",
    "/.well-known/..%2fcheckout",
  ])("%s", (path) => {
    expect(CHECKOUT("POST", path)).toBe("enforce");
  });
});

describe("what every origin reads as skipped is skipped", () => {
  test.each([
    "/feeds",
    "/feeds/",
    "/feeds/x",
    "/feeds/a%20b",
    "/feeds/caf%C3%A9.xml",
    "/feeds/%E4%BB%B7%E6%A0%BC",
    "/feeds/a;v=1",
    "/feeds/a%2fb",
    "/feeds//a",
    "/feeds/a%26b%3Dc",
    "/.well-known/acme-challenge/x",
  ])("%s", (path) => {
    expect(ENFORCED("GET", path)).toBe("off");
  });

  test("by a pattern that is written in Unicode or in escapes", () => {
    const policy = createGatePolicy("enforce", { "/каталог/*": "off", "/caf%C3%A9/*": "off" });
    for (const path of ["/%D0%BA%D0%B0%D1%82%D0%B0%D0%BB%D0%BE%D0%B3/%D1%85", "/caf%C3%A9/x"]) expect(policy("GET", path)).toBe("off");
  });
});

test("a pattern of the deployment's goes before the built-in ones, however short it is", () => {
  const policy = createGatePolicy("monitor", { "/*": "enforce" });
  for (const path of ["/", "/.well-known/acme-challenge/x", "/a.css", "/x"]) expect(policy("GET", path)).toBe("enforce");
});

test("a malformed path gets the mode of unmatched paths and not more", () => {
  expect(createGatePolicy("monitor", { "/feeds/*": "off", "/checkout/*": "enforce" })("GET", "/feeds/%ff")).toBe("monitor");
  expect(createGatePolicy("enforce", { "/*": "monitor", "/feeds/*": "off" })("GET", "/feeds/%ff")).toBe("monitor");
});

test("an unmatched path is no less strict for being odd where the default is off", () => {
  const policy = createGatePolicy("off", { "/checkout/*": "enforce" });
  expect([policy("GET", "/x%2fy"), policy("GET", "/x%2f..%2fcheckout")]).toEqual(["off", "enforce"]);
});

test("the verdict of a path is the same whenever it is asked for", () => {
  const policy = createGatePolicy("enforce", { "/feeds/*": "off" });
  for (let round = 0; round < 3; round++)
    for (let number = 0; number < 1_500; number++) {
      expect(policy("GET", `/feeds/${number}`)).toBe("off");
      expect(policy("GET", `/${number}.css`)).toBe("off");
      expect(policy("POST", `/${number}.css`)).toBe("enforce");
    }
});

describe("the work for one path is bounded, and beyond the bound the strictest mode of the policy applies", () => {
  test.each([
    ["escapes of escapes", `/feeds/${Array.from({ length: 40 }, (_, depth) => `%${"25".repeat(depth % 7)}2e;${depth}\\%2f`).join("/")}`],
    ["every oddity, many times", `/feeds/${"%c0%ae.;a\\%2f%20/./%00//%09%252e".repeat(200)}`],
    ["a long run of spaces", `/feeds/${"%20".repeat(5_000)}a`],
    ["a long one", `/feeds/${"%41".repeat(20_000)}`],
    ["a short one of many layers", `/${"%255c%ff/%252e%ff//%ff%255c/%u002f/..%255c".repeat(3)}`.slice(0, 128)],
    ["a short one of dots and slashes", `/${"%2f/./%2f%2f/.//./%uff0e/%255c/".repeat(4)}`.slice(0, 128)],
  ])("%s", (_, path) => {
    expect(readPath(path)).toMatchObject({ kind: "unbounded", readings: [] });
    expect(createGatePolicy("off", { "/feeds/*": "off", "/checkout/*": "challenge" })("GET", path)).toBe("challenge");
  });

  test.each([
    "/cart;jsessionid=0123456789ABCDEF0123456789ABCDEF",
    `/wiki/${encodeURIComponent("価格".repeat(60))}`,
    `/wiki/${encodeURIComponent("Ünïcode Straße, ".repeat(12))}`,
    `/files/${encodeURIComponent("My Report (final) [2] #1.pdf")};jsessionid=0123456789ABCDEF`,
    "/x/100%25%20off/y%2520z",
    "/a%26b%3Dc/d%2Fe%3Ff",
  ])("an ordinary odd path is worked out in full: %s", (path) => {
    expect(readPath(path)).toMatchObject({ kind: "odd", isMalformed: false });
    expect(createGatePolicy("off", { "/checkout/*": "challenge" })("GET", path)).toBe("off");
  });

  test.each([
    ["%c3%28", true],
    ["%ed%a0%80", true],
    ["%c0%ae", true],
    ["%f4%90%80%80", true],
    ["%f0%9f%98%80", false],
    ["%ef%bf%bf%41", false],
    ["%c3", true],
    ["%", true],
  ])("%s is malformed: %s", (text, isMalformed) => {
    expect(readPath(`/x${text}`).isMalformed).toBe(isMalformed);
  });

  test("an ordinary escape has few readings", () => {
    expect(readPath("/feeds/caf%C3%A9").readings.length).toBeLessThan(8);
    expect(readPath("/feeds/x")).toEqual({ kind: "plain", readings: ["/feeds/x"], isMalformed: false });
  });
});

/** Five origins, written without the code under test. Each gives the path that it looks a handler up for. */
const decodeBytes = (text: string): string =>
  text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
const decodeRuns = (text: string): string =>
  text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run;
    }
  });
const walk = (path: string): string => {
  const walked: string[] = [];
  for (const name of path.split("/")) {
    if (name === "..") walked.pop();
    else if (name !== "." && name !== "") walked.push(name);
  }
  return `/${walked.join("/")}`;
};
const ORIGINS: Readonly<Record<string, (path: string) => string>> = {
  /** nginx: decodes once, then resolves dots and merges slashes. */
  "decodes once, keeps parameters": (path) => walk(decodeBytes(path)),
  /** Tomcat behind a proxy that resolves dots itself: parameters first, then one decoding, backslashes and dots. */
  "strips parameters": (path) => walk(decodeBytes(path.replace(/;[^/]*/g, "")).replaceAll("\\", "/")),
  /** IIS with an application that decodes again; paths do not differ by case. */
  "decodes twice, folds case": (path) => walk(decodeBytes(decodeBytes(path)).replaceAll("\\", "/")).toLowerCase(),
  /** A WHATWG URL, as in Node: dots and backslashes of the path as sent, then each run of escapes for the router. */
  "resolves dots before it decodes": (path) => decodeRuns(new URL(`http://origin${path}`).pathname),
  /** A proxy that strips parameters after decoding, before an application that decodes once more and cuts the path at a NUL. */
  "strips parameters between two decodings": (path) => walk(decodeBytes(decodeBytes(path).replace(/;[^/]*/g, "")).replace(/\0.*$/s, "")),
};

const below = (path: string, root: string): boolean => path === root || path.startsWith(`${root}/`);
const POLICIES: readonly (readonly [name: string, mode: "monitor" | "enforce", paths: PathModes, enforces: (path: string) => boolean])[] = [
  ["one tree is enforced", "monitor", { "/checkout/*": "enforce" }, (path) => below(path, "/checkout")],
  [
    "all but one tree is enforced",
    "enforce",
    { "/feeds/*": "off" },
    (path) => !below(path, "/feeds") && !below(path, "/.well-known") && !/^[^.]*\/[^/]*\.css$/.test(path),
  ],
  [
    "a tree within a skipped tree is enforced",
    "monitor",
    { "/feeds/*": "off", "/feeds/private/*": "enforce", "/checkout/*": "enforce" },
    (path) => below(path, "/feeds/private") || below(path, "/checkout"),
  ],
];

const PIECES = [
  ..."/;.\\%ab",
  "checkout",
  "Checkout",
  "%63heckout",
  "feeds",
  "private",
  ".well-known",
  "x.css",
  "..",
  "..;",
  "..;a=b",
  "%2e",
  "%2E%2e",
  "%252e",
  "%2f",
  "%2F",
  "%252f",
  "%5c",
  "%255c",
  "%3b",
  "%ff",
  "%c3%a9",
  "%00",
  "%25",
  "%zz",
  "/../",
  "/./",
  "//",
  "/;/",
];

test("no listed request reaches a path that the policy enforces, whichever of five origins stands behind the gate", () => {
  const path = fc
    .array(fc.constantFrom(...PIECES, "/", "/", "/", "/checkout/", "/feeds/"), { minLength: 1, maxLength: 9 })
    .map((pieces) => `/${pieces.join("")}`);
  const policies = POLICIES.map(([name, mode, paths, enforces]) => ({ name, policy: createGatePolicy(mode, paths), enforces }));
  let enforced = 0;
  const property = fc.property(
    path,
    fc.constantFrom("GET", "POST"),
    fc.constantFrom(...policies),
    (sent, method, { name, policy, enforces }) => {
      for (const [origin, routed] of Object.entries(ORIGINS)) {
        const reached = routed(sent);
        if (!enforces(reached)) continue;
        enforced += 1;
        const mode = policy(method, sent);
        if (mode !== "enforce") throw new Error(`${method} ${sent} reaches ${reached} where an origin ${origin} and ${name}: ${mode}`);
      }
    },
  );
  fc.assert(property, { numRuns: 100_000, seed: 9 });
  expect(enforced).toBeGreaterThan(100_000);
}, 300_000);
