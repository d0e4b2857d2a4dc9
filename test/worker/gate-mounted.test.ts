import type { IncomingRequestCfProperties } from "@cloudflare/workers-types";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createListStore } from "../../src/adapters/redis/list-store.ts";
import { writeSnapshot } from "../../src/core/lists/change-log.ts";
import type { BroadEntry } from "../../src/core/lists/listed-entry.ts";
import { type GateOrigin, startOrigin } from "../support/gate-origin.ts";
import { anEntry } from "../support/gate-parts.ts";
import { startService, type TestService } from "../support/service.ts";
import { createTestWorker } from "../support/test-worker.ts";
import { AMPLE_MS, answered, redisClientOf } from "../support/velocity.ts";

const LISTED = "203.0.113.9";
const UNLISTED = "198.51.100.7";

let origin: GateOrigin;
let service: TestService;
beforeAll(async () => {
  origin = await startOrigin();
  service = await startService({ ORIGIN_URL: `${origin.origin}/shop` });
});
afterAll(async () => {
  await service?.close();
  await origin?.close();
});

const visit = (address: string, path: string, headers: Record<string, string> = {}) =>
  service.call(path, { as: null, headers: { "cf-connecting-ip": address, ...headers } });
const list = async (entries: readonly BroadEntry[], version: number): Promise<void> => {
  const store = createListStore(redisClientOf(service.gateways), "live");
  answered(await store.putSnapshot(version, writeSnapshot({ version, base: null, singles: [], broad: entries }), AMPLE_MS));
};

describe("below /gate of the decision Worker", () => {
  test("a clean request reaches the origin with its path and query, and its answer has none of the API's headers", async () => {
    const { status, headers, body } = await visit(UNLISTED, "/gate/cart/1?a=b");
    expect(status).toBe(200);
    expect(body).toMatchObject({ method: "GET", url: "/shop/cart/1?a=b" });
    expect(headers.get("x-frame-options")).toBe("SAMEORIGIN");
    expect(headers.has("content-security-policy")).toBe(false);
    expect((await visit(UNLISTED, "/gate")).body).toMatchObject({ url: "/shop/" });
  });

  test.each([
    ["/%67ate/cart/1", "/shop/cart/1"],
    ["/%67%61%74%65/cart%2F1?a=b", "/shop/cart%2F1?a=b"],
    ["/g%61te", "/shop/"],
    ["/gate//cart", "/shop//cart"],
  ])("the prefix is cut however it is written: %s", async (path, url) => {
    expect((await visit(UNLISTED, path)).body).toMatchObject({ url });
  });

  test("the API is not behind the gate", async () => {
    expect((await visit(UNLISTED, "/gate/api/v1/stats")).body).toMatchObject({ url: "/shop/api/v1/stats" });
  });

  test("who is listed is refused, by address and by country, and the API itself still answers", async () => {
    await list([anEntry(LISTED), anEntry("NG", { kind: "country" })], 1_000_000);
    await vi.waitFor(async () => expect((await visit(LISTED, "/gate/page")).status).toBe(403), { timeout: 25_000, interval: 200 });
    const place = { country: "NG", asn: 64_500 } as Partial<IncomingRequestCfProperties>;
    const fromCountry = await service.server.fetch("http://tollgate.test/gate/page", {
      headers: { "cf-connecting-ip": UNLISTED },
      cf: place,
    });
    expect(fromCountry.status).toBe(403);
    expect((await visit(UNLISTED, "/gate/page")).status).toBe(200);
    expect((await visit(LISTED, "/")).status).toBe(200);
  });

  test("without an origin a clean request is told what to set", async () => {
    const bare = await createTestWorker();
    const ask = (accept: string) => bare.server.fetch("http://tollgate.test/gate/", { headers: { accept } });
    const page = await ask("text/html");
    expect(page.status).toBe(503);
    expect(await page.text()).toContain("ORIGIN_URL");
    expect(await (await ask("application/json")).json()).toMatchObject({ code: "no_origin" });
    await bare.close();
  }, 90_000);
});
