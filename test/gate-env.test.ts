import { describe, expect, test } from "vitest";
import { readGateConfig, readOrigins } from "../src/gate-env.ts";

const STORES = { CONFIG: { get: () => null }, UPSTASH_REDIS_REST_URL: "https://redis.example", UPSTASH_REDIS_REST_TOKEN: "token" };
const SECRET = "0123456789abcdef0123456789abcdef";

test("a gate that is told nothing but its stores looks and refuses nobody", () => {
  expect(readGateConfig(STORES)).toMatchObject({ mode: "monitor", paths: {}, deviceCookie: "set", secret: null, listPollMs: 5_000 });
});

test("off everywhere needs nothing; a path that looks up needs the stores", () => {
  expect(readGateConfig({ GATE_MODE: "off" }).stores).toBeNull();
  expect(() => readGateConfig({ GATE_MODE: "off", GATE_POLICY: '{"/a":"monitor"}' })).toThrow(/needs CONFIG/);
  expect(() => readGateConfig({})).toThrow(/needs CONFIG/);
});

test("what code decides goes before the variables", () => {
  const config = readGateConfig({ ...STORES, GATE_MODE: "off" }, { mode: "enforce", paths: { "/a": "off" } });
  expect(config).toMatchObject({ mode: "enforce", paths: { "/a": "off" } });
});

test("origins are read by host, and below a path", () => {
  const { origins } = readGateConfig({
    ...STORES,
    ORIGINS: '{"shop.example":"https://origin.example/shop"}',
    ORIGIN_URL: "http://10.0.0.7:81",
  });
  expect(origins.byHost.get("shop.example")?.href).toBe("https://origin.example/shop");
  expect(origins.fallback?.href).toBe("http://10.0.0.7:81/");
});

describe("each mistake is named", () => {
  test.each([
    [{ GATE_MODE: "strict" }, /GATE_MODE/],
    [{ GATE_POLICY: "{" }, /GATE_POLICY: must be JSON/],
    [{ GATE_POLICY: '{"checkout":"enforce"}' }, /GATE_POLICY/],
    [{ ORIGIN_URL: "shop.example" }, /ORIGIN_URL/],
    [{ ORIGIN_URL: "ftp://shop.example" }, /ORIGIN_URL/],
    [{ ORIGINS: '{"a":"https://b.example/?q=1"}' }, /ORIGINS\.a: must be an origin/],
    [{ GATE_SECRET: "short" }, /GATE_SECRET/],
    [{ TRUSTED_PROXY_HEADER: "x-real-ip, x-b" }, /TRUSTED_PROXY_HEADER/],
    [{ GATE_MODE: "challenge", GATE_SECRET: SECRET }, /needs TURNSTILE_SITE_KEY/],
    [{ LIST_POLL_SECONDS: "0" }, /LIST_POLL_SECONDS/],
  ])("%j", (vars, sentence) => {
    expect(() => readGateConfig({ ...STORES, ...vars })).toThrow(sentence);
  });
});

test("a fault never quotes a secret", () => {
  expect(() => readGateConfig({ ...STORES, GATE_SECRET: "hunter2" })).not.toThrow(/hunter2/);
});

test("origins survive every other mistake", () => {
  const env = { GATE_MODE: "strict", ORIGIN_URL: "https://origin.example" };
  expect(readOrigins(env).fallback?.href).toBe("https://origin.example/");
  expect(readOrigins({ ORIGIN_URL: "nonsense" })).toEqual({ byHost: new Map(), fallback: null });
});
