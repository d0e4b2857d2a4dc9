import { expect, test } from "vitest";
import { CheckSettings } from "../../../src/core/external-checks/check-settings.ts";
import { prepareRequest } from "../../../src/core/external-checks/prepare-request.ts";
import { parseTemplate } from "../../../src/core/external-checks/template.ts";
import { aTransaction } from "../../support/builders/events.ts";

const SECRETS = { vendor: { host: "api.vendor.example", send: { key: "s3cret&" }, hook: [] } };
const answers = { score: { path: "score", type: "number" } } as const;
const requestOf = (settings: object, body: Record<string, unknown>) =>
  prepareRequest(
    "vendor",
    CheckSettings.parse({ url: "https://api.vendor.example/v1", answers, ...settings }),
    SECRETS,
  )({ ...aTransaction(), body });

test("fields go encoded into the address, secrets too", () => {
  const url = "https://api.vendor.example/{device_id}?ip={ip_address}&k={secret.key}&ua={user_agent?}";
  expect(requestOf({ url }, { device_id: "a/../b?c#d", ip_address: "2001:db8::1" })).toMatchObject({
    ok: true,
    value: { url: "https://api.vendor.example/a%2F..%2Fb%3Fc%23d?ip=2001%3Adb8%3A%3A1&k=s3cret%26&ua=", body: null },
  });
});

test("a value alone in a path does not climb out of it", () => {
  const request = requestOf({ url: "https://api.vendor.example/v1/{device_id}/check" }, { device_id: ".." });
  if (!request.ok) throw new Error(request.error);
  expect(new URL(request.value.url).pathname).toMatch(/^\/v1\/.+\/check$/);
});

test("a body keeps the types of fields and leaves out what may be absent", () => {
  const body = { amount: "{amount}", who: { device: "{device_id?}", tag: "tx {order_id}" }, list: ["{city?}", 1, true, null] };
  const request = requestOf({ method: "POST", body }, { amount: 12.5, order_id: "81" });
  expect(request.ok && JSON.parse(request.value.body ?? "")).toEqual({ amount: 12.5, who: { tag: "tx 81" }, list: [1, true, null] });
});

test("without a field that it needs nothing is asked", () => {
  expect(requestOf({ url: "https://api.vendor.example/?ip={ip_address}" }, {})).toEqual({ ok: false, error: "no_field" });
  expect(requestOf({ method: "POST", body: { a: ["{ip_address}"] } }, {})).toEqual({ ok: false, error: "no_field" });
});

test("a secret is filled in for its own host only, and one that is not there is told", () => {
  expect(requestOf({ url: "https://evil.example/?k={secret.key}" }, {})).toEqual({ ok: false, error: "no_secret" });
  expect(requestOf({ url: "https://api.vendor.example:8443/?k={secret.key}" }, {})).toEqual({ ok: false, error: "no_secret" });
  expect(requestOf({ headers: { "x-key": "{secret.other}" } }, {})).toEqual({ ok: false, error: "no_secret" });
  expect(requestOf({ headers: { "x-key": "{secret.constructor}" } }, {})).toEqual({ ok: false, error: "no_secret" });
});

test("fields are the event's own, never what every object has", () => {
  expect(requestOf({ url: "https://api.vendor.example/?a={attributes.constructor}" }, { attributes: {} })).toEqual({
    ok: false,
    error: "no_field",
  });
});

test.each(["{", "}", "{}", "{ip address}", "{secret.}", "a {{ip_address}} b", "{1}"])(
  "the brace in `%s` belongs to no placeholder",
  (text) => {
    expect(parseTemplate(text).ok).toBe(false);
  },
);
