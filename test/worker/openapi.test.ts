import { afterAll, beforeAll, expect, test } from "vitest";
import { startService, type TestService } from "../support/service.ts";

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

test("the service card says what this is", async () => {
  expect(await service.call("/", { as: null })).toMatchObject({
    status: 200,
    body: { service: "Tollgate", status: "running", docs: "/docs" },
  });
});

test("before anything is published the health is a 503 that names what is missing, and a decision a 503", async () => {
  const health = await service.call("/health", { as: null });
  expect(health).toMatchObject({
    status: 503,
    body: { status: "unhealthy", parts: { ruleset: { status: "none" }, redis: { status: "up" }, postgres: { status: "up" } } },
  });
  const decision = await service.call("/api/v1/analyze", { body: { type: "PAYMENT", amount: 5 } });
  expect(decision).toMatchObject({ status: 503, body: { code: "not_ready" } });
});

test("the OpenAPI document describes every route with its schemas", async () => {
  const { status, body } = await service.call("/openapi.json", { as: null });
  expect(status).toBe(200);
  expect(body.openapi).toBe("3.1.0");
  const transaction = body.paths["/api/v1/analyze"].post.requestBody.content["application/json"].schema;
  expect(transaction.required).toEqual(["type", "amount"]);
  expect(Object.keys(transaction.properties)).toEqual(
    expect.arrayContaining(["transaction_id", "stage", "card", "shipping", "attributes"]),
  );
  expect(body.paths["/api/v1/decisions/{id}"].get.parameters).toMatchObject([
    { name: "id", in: "path" },
    { name: "stage", in: "query" },
  ]);
});

test("the docs page and its assets come from this host only", async () => {
  const page = await service.call("/docs", { as: null });
  expect(page.status).toBe(200);
  const links = [...String(page.body).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link);
  expect(links.length).toBeGreaterThan(2);
  for (const link of links) {
    expect(link).toMatch(/^\/docs\//);
    expect((await service.call(String(link), { as: null })).status).toBe(200);
  }
});
