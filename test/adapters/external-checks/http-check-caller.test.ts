import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createHttpCheckCaller } from "../../../src/adapters/external-checks/http-check-caller.ts";
import { startVendor, type VendorServer } from "../../support/vendor-server.ts";

let vendor: VendorServer;
beforeAll(async () => {
  vendor = await startVendor();
});
afterAll(() => vendor.close());
beforeEach(() => vendor.takeRequests());

const caller = createHttpCheckCaller();
const get = (path: string, budgetMs = 5_000) =>
  caller.call({ url: `${vendor.origin}${path}`, method: "GET", headers: { accept: "application/json" }, body: null }, budgetMs);

test("an answer comes with its status and text", async () => {
  expect(await get("/failing")).toEqual({ kind: "answered", status: 500, text: "out of order" });
  expect(await get("/healthy")).toMatchObject({ kind: "answered", status: 200, text: expect.stringContaining('"score":87.5') });
});

test("a body is sent as it is", async () => {
  const request = { url: `${vendor.origin}/healthy`, method: "POST", headers: { "x-key": "k" }, body: '{"a":1}' } as const;
  await caller.call(request, 5_000);
  expect(vendor.takeRequests()).toMatchObject([{ method: "POST", body: '{"a":1}', headers: { "x-key": "k" } }]);
});

test("a redirect, to 127.0.0.1 or anywhere, is not followed", async () => {
  expect(await get("/redirect")).toEqual({ kind: "redirected" });
  expect(vendor.takeRequests()).toHaveLength(1);
});

test("more than anyone's answer should be is not read to its end", async () => {
  expect(await get("/large")).toEqual({ kind: "too_large" });
});

test.each(["/hanging", "/endless"])("what is %s ends with the budget", async (path) => {
  expect(await get(path, 50)).toEqual({ kind: "timeout" });
});

test("without a budget nothing is sent", async () => {
  expect(await get("/healthy", 0)).toEqual({ kind: "timeout" });
  expect(await get("/healthy", -5)).toEqual({ kind: "timeout" });
  expect(vendor.takeRequests()).toEqual([]);
});

test("a service that is not there is unreachable", async () => {
  const gone = await startVendor();
  await gone.close();
  expect(await caller.call({ url: gone.origin, method: "GET", headers: {}, body: null }, 5_000)).toEqual({ kind: "unreachable" });
});
