import { describe, expect, test } from "vitest";
import { createGatePolicy } from "../src/core/gate/policy.ts";
import { readGateConfig } from "../src/gate-env.ts";

const STORES = { CONFIG: { get: () => null }, UPSTASH_REDIS_REST_URL: "https://redis.example", UPSTASH_REDIS_REST_TOKEN: "token" };
const SECRET = "0123456789abcdef0123456789abcdef";
const KEY = "the key of the origin";

test("a gate that is told nothing but its stores looks and refuses nobody", () => {
  const nothing = { mode: "monitor", paths: {}, assets: "skip", deviceCookie: "set", secret: null, listPollMs: 5_000, faults: [] };
  expect(readGateConfig(STORES)).toMatchObject(nothing);
  expect(readGateConfig({ ...STORES, GATE_MODE: "", GATE_POLICY: " ", ORIGINS: "", ORIGIN_KEY: "" })).toMatchObject(nothing);
});

test("off everywhere needs nothing; a path that looks up needs the stores, and without them it is named", () => {
  expect(readGateConfig({ GATE_MODE: "off" })).toMatchObject({ looksUp: false, stores: null, faults: [] });
  for (const env of [{ GATE_MODE: "off", GATE_POLICY: '{"/a":"monitor"}' }, {}, null, "nonsense"])
    expect(readGateConfig(env)).toMatchObject({ looksUp: true, stores: null, faults: [{ name: "CONFIG" }] });
});

test("what code decides goes before the variables, which are then not read", () => {
  const config = readGateConfig({ ...STORES, GATE_MODE: "nonsense", GATE_POLICY: "{" }, { mode: "enforce", paths: { "/a": "off" } });
  expect(config).toMatchObject({ mode: "enforce", paths: { "/a": "off" }, faults: [] });
});

test("origins are read by host, whatever its case, dot and default port, and below a path", () => {
  const ORIGINS = {
    "Shop.Example.": "https://origin.example/shop",
    "b.example:443": "http://10.0.0.8",
    "c.example.:8443": "http://10.0.0.9",
  };
  for (const given of [ORIGINS, JSON.stringify(ORIGINS)]) {
    const { origins, faults } = readGateConfig({ ...STORES, ORIGINS: given, ORIGIN_URL: "http://10.0.0.7:81" });
    expect([...origins.byHost.keys()]).toEqual(["shop.example", "b.example", "c.example:8443"]);
    expect(origins.byHost.get("shop.example")?.href).toBe("https://origin.example/shop");
    expect(origins.fallback?.href).toBe("http://10.0.0.7:81/");
    expect(faults).toEqual([]);
  }
});

test("words are read whatever their case and the blanks around them", () => {
  const vars = { GATE_MODE: " Enforce\n", GATE_POLICY: { "/a": "OFF" }, ORIGIN_KEY: `${KEY}\n`, LIST_POLL_SECONDS: 10, LOG_LEVEL: "WARN" };
  expect(readGateConfig({ ...STORES, ...vars })).toMatchObject({
    ...{ mode: "enforce", paths: { "/a": "off" }, originKey: KEY, listPollMs: 10_000, logLevel: "warn", faults: [] },
  });
});

describe("a mistake is named, has a safe value, and leaves every other setting in force", () => {
  test.each([
    ["GATE_MODE", "enfroce", { mode: "enforce" }],
    ["GATE_MODE", 7, { mode: "enforce" }],
    ["GATE_POLICY", "{", { paths: { "/*": "enforce" } }],
    ["GATE_POLICY", '["/a"]', { paths: { "/*": "enforce" } }],
    ["GATE_POLICY", '{"/a":"off","/b":"enfroce"}', { paths: { "/a": "off", "/b": "enforce" } }],
    ["GATE_POLICY", '{"/a":"off","/b":"off","checkout/*":"enforce"}', { paths: { "/*": "enforce", "/a": "enforce", "/b": "enforce" } }],
    ["GATE_POLICY", '{"/a":"monitor","feeds/*":"off"}', { paths: { "/a": "monitor" } }],
    ["GATE_ASSETS", "no", { assets: "check" }],
    ["LIST_POLL_SECONDS", "90", { listPollMs: 5_000 }],
    ["LIST_POLL_SECONDS", "0", { listPollMs: 5_000 }],
    ["LIST_POLL_SECONDS", "often", { listPollMs: 5_000 }],
    ["LOG_LEVEL", "all", { logLevel: "info" }],
    ["GATE_SECRET", "short", { secret: null }],
    ["GATE_DEVICE_COOKIE", "yes", { deviceCookie: "off" }],
    ["GATE_CONTACT", "x".repeat(201), { contact: null }],
    ["TRUSTED_PROXY_HEADER", "x-real-ip, x-b", { trustedProxyHeader: "" }],
    ["ORIGIN_KEY", "short", { originKey: "short" }],
    ["ORIGIN_KEY", "a key that is\nno header", { originKey: null }],
    ["ORIGIN_KEY", "ключ которого нет", { originKey: null }],
    ["ORIGIN_URL", "shop.example", { origins: { fallback: null } }],
    ["ORIGIN_URL", "ftp://shop.example", { origins: { fallback: null } }],
    ["ORIGINS", "{", { origins: { byHost: new Map() } }],
    [
      "ORIGINS",
      '{"a b":"https://c.example","b":"https://b.example"}',
      { origins: { byHost: new Map([["b", new URL("https://b.example")]]) } },
    ],
    [
      "ORIGINS",
      '{"a":"https://b.example/?q=1","b":"https://b.example"}',
      { origins: { byHost: new Map([["b", new URL("https://b.example")]]) } },
    ],
    ["CONFIG", {}, { stores: null }],
    ["UPSTASH_REDIS_REST_URL", "redis.example", { stores: null }],
    ["TURNSTILE_URL", "nonsense", { turnstile: null }],
  ])("%s = %j", (name, value, safe) => {
    const set = { GATE_SECRET: SECRET, ORIGIN_KEY: KEY, ORIGIN_URL: "https://origin.example", GATE_MODE: "monitor" };
    const well = { secret: SECRET, originKey: KEY, origins: { fallback: new URL("https://origin.example") }, mode: "monitor" };
    const config = readGateConfig({ ...STORES, ...set, [name]: value });
    expect(config).toMatchObject({ ...well, ...safe });
    expect(config.faults[0]?.name).toBe(name);
    expect(config.faults[0]?.message).toMatch(/; \S/);
  });

  test("a challenge that cannot be posed", () => {
    const { mode, faults } = readGateConfig({ ...STORES, GATE_MODE: "challenge", GATE_SECRET: SECRET });
    expect([mode, faults[0]?.message]).toEqual(["challenge", expect.stringContaining("needs TURNSTILE_SITE_KEY")]);
  });
});

test("no mistake in a policy lets a path get less than it would without the mistake", () => {
  for (const GATE_POLICY of ['{"checkout/*":"enforce"}', '{"/checkout/*":"enfroce"}', '{"/checkout/*":"enforce",}', "/checkout/*"]) {
    const { mode, paths } = readGateConfig({ ...STORES, GATE_POLICY });
    expect(createGatePolicy(mode, paths)("POST", "/checkout/pay")).toBe("enforce");
  }
});

test("a fault never quotes a secret", () => {
  const { faults } = readGateConfig({ ...STORES, GATE_SECRET: "hunter2", ORIGIN_KEY: "hunter2\u0001", UPSTASH_REDIS_REST_TOKEN: 5 });
  expect(faults.length).toBeGreaterThan(2);
  expect(JSON.stringify(faults)).not.toContain("hunter2");
});
