import { afterAll, beforeAll, expect, test } from "vitest";
import { startService, type TestService } from "../support/service.ts";

let service: TestService;
beforeAll(async () => {
  service = await startService();
  await service.publish();
});
afterAll(() => service.close());

const nested = (levels: number): string => `${"[".repeat(levels)}1${"]".repeat(levels)}`;
const HOSTILE: readonly (readonly [string, string | Uint8Array, number])[] = [
  ["no body", "", 400],
  ["only spaces", "   ", 400],
  ["half an object", '{"type":"PAYMENT"', 400],
  ["null", "null", 422],
  ["a string", '"text"', 422],
  ["an array", "[]", 422],
  ["wrong types", '{"type":1,"amount":{}}', 422],
  ["NaN as text", '{"type":"PAYMENT","amount":"NaN"}', 422],
  ["NaN bare", '{"type":"PAYMENT","amount":NaN}', 400],
  ["an endless number", `{"type":"PAYMENT","amount":1e999}`, 422],
  ["10^5 levels deep", nested(100_000), 422],
  ["10^5 levels deep inside", `{"type":"PAYMENT","amount":5,"attributes":${nested(100_000)}}`, 422],
  ["a card number in an attribute", '{"type":"PAYMENT","amount":5,"attributes":{"note":"4111 1111 1111 1111"}}', 422],
  ["two mebibytes", `{"type":"PAYMENT","amount":5,"user_agent":"${"x".repeat(2 << 20)}"}`, 413],
  ["bytes that are not UTF-8", new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]), 400],
];

test.each(HOSTILE)("%s is refused with a problem", async (_, text, status) => {
  for (const path of ["/api/v1/analyze", "/api/v1/events"]) {
    const answer = await service.call(path, {
      method: "POST",
      as: path.endsWith("events") ? "admin" : "api",
      text,
      headers: { "content-type": "application/json" },
    });
    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer.body).toMatchObject({ status, code: expect.any(String), detail: expect.any(String), request_id: expect.any(String) });
    expect(JSON.stringify(answer.body)).not.toContain("4111");
  }
});

test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])("the key `%s` is an unknown field like any other", async (key) => {
  const answer = await service.call("/api/v1/analyze", { text: `{"type":"PAYMENT","amount":5,"${key}":{"isAdmin":true}}` });
  expect(answer.status).toBe(200);
  expect(answer.body.warnings).toMatchObject([{ path: key }]);
});

test("lone surrogates and NUL are left out with a warning", async () => {
  const answer = await service.call("/api/v1/analyze", {
    text: '{"type":"PAYMENT","amount":5,"client_id":"\\ud800","device_id":"a\\u0000b"}',
  });
  expect(answer.status).toBe(200);
  expect(answer.body.warnings.map((warning: { path: string }) => warning.path).sort()).toEqual(["client_id", "device_id"]);
});

test.each(["text/plain", "application/x-www-form-urlencoded", ""])("the content type `%s` is a 415", async (type) => {
  const answer = await service.call("/api/v1/analyze", { text: '{"type":"PAYMENT","amount":5}', headers: { "content-type": type } });
  expect(answer).toMatchObject({ status: 415, body: { code: "not_json" } });
});

test("an unknown path is a 404, an unknown method a 405 that says what is taken", async () => {
  expect(await service.call("/api/v1/nothing")).toMatchObject({ status: 404, body: { code: "no_route" } });
  const answer = await service.call("/api/v1/analyze", { method: "DELETE" });
  expect(answer).toMatchObject({ status: 405, body: { code: "method_not_allowed" } });
  expect(answer.headers.get("allow")).toBe("POST");
});

test.each([
  [undefined, "no_key"],
  ["tg_live_short", "key_malformed"],
  ["tg_live_00000000000000000000000000000000aaaaaa", "key_malformed"],
  ["x".repeat(5_000), "key_malformed"],
])("without a good key nothing is served", async (key, code) => {
  const answer = await service.call("/api/v1/stats", { as: null, ...(key === undefined ? {} : { headers: { "x-api-key": key } }) });
  expect(answer).toMatchObject({ status: 401, body: { code } });
});
