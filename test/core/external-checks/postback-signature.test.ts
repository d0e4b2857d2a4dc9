import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { PostbackSettings } from "../../../src/core/external-checks/postback-settings.ts";
import { verifyPostback } from "../../../src/core/external-checks/postback-signature.ts";

const NOW = Date.parse("2026-11-20T12:00:00Z");
const SECRET = "a-secret-of-the-vendor";
const BODY = '{"id":"1"}';
const settingsOf = (more: object = {}) => PostbackSettings.parse({ effect: { kind: "chargeback", transaction: "id" }, ...more });
const macOf = (text: string, encoding: "hex" | "base64" = "hex", secret = SECRET) =>
  createHmac("sha256", secret).update(text).digest(encoding);

async function verify(headers: Record<string, string>, { settings = {}, secrets = [SECRET], body = BODY, nowMs = NOW } = {}) {
  return (await verifyPostback(settingsOf(settings), secrets, { header: (name) => headers[name], body }, nowMs)).kind;
}
const seconds = String(NOW / 1000);
const signed = (timestamp = seconds, body = BODY) => ({ "x-timestamp": timestamp, "x-signature": macOf(`${timestamp}.${body}`) });

test("what the service signed is valid, in seconds, milliseconds or ISO 8601", async () => {
  for (const timestamp of [seconds, String(NOW), "2026-11-20T12:00:00Z"]) expect(await verify(signed(timestamp)), timestamp).toBe("valid");
});

test("another body, time, secret or header is forged", async () => {
  expect(await verify(signed(), { body: '{"id":"2"}' })).toBe("forged");
  expect(await verify({ ...signed(), "x-timestamp": String(NOW / 1000 + 1) })).toBe("forged");
  expect(await verify(signed(), { secrets: ["another-secret-of-16"] })).toBe("forged");
  expect(await verify({ "x-timestamp": seconds })).toBe("forged");
  expect(await verify({})).toBe("forged");
});

test("a service without a secret signs nothing, not even by the one its look-up is padded with", async () => {
  expect(await verify(signed(), { secrets: [] })).toBe("forged");
  const padded = { "x-timestamp": seconds, "x-signature": macOf(`${seconds}.${BODY}`, "hex", "a service without a secret of its own") };
  expect(await verify(padded, { secrets: [] })).toBe("forged");
});

test("during a rotation either secret signs", async () => {
  expect(await verify(signed(), { secrets: ["the-next-secret-of-16", SECRET] })).toBe("valid");
});

test("more than five minutes either way is stale; so is a signed time that is none", async () => {
  expect(await verify(signed(), { nowMs: NOW + 300_000 })).toBe("valid");
  expect(await verify(signed(), { nowMs: NOW + 300_001 })).toBe("stale");
  expect(await verify(signed(), { nowMs: NOW - 300_001 })).toBe("stale");
  for (const timestamp of ["", "soon", "1", "99999999999999999999", "2026-13-45T00:00:00Z"])
    expect(await verify(signed(timestamp)), timestamp).toBe("stale");
});

test.each(["zz", "00", `${macOf(`${seconds}.${BODY}`)}00`, macOf(`${seconds}.${BODY}`).slice(1), "", " ", "=".repeat(44)])(
  "`%s` is no signature",
  async (signature) => {
    expect(await verify({ "x-timestamp": seconds, "x-signature": signature })).toBe("forged");
    expect(await verify({ "x-timestamp": seconds, "x-signature": signature }, { settings: { encoding: "base64" } })).toBe("forged");
  },
);

test("headers, prefix, encoding and what is signed are the service's", async () => {
  const settings = { signature_header: "Webhook-Signature", timestamp_header: "webhook-timestamp", id_header: "webhook-id" };
  const more = { ...settings, encoding: "base64", prefix: "v1,", signed: "{id}.{timestamp}.{body}" };
  const headers = {
    "webhook-id": "msg_1",
    "webhook-timestamp": seconds,
    "webhook-signature": `v1,${macOf(`msg_1.${seconds}.${BODY}`, "base64")}`,
  };
  expect(await verify(headers, { settings: more })).toBe("valid");
  expect(await verify({ ...headers, "webhook-id": "msg_2" }, { settings: more })).toBe("forged");
  expect(await verify({ ...headers, "webhook-signature": headers["webhook-signature"].slice(3) }, { settings: more })).toBe("forged");
});

test("a replay is known whatever the spelling of its signature", async () => {
  const verifyWith = (signature: string) =>
    verifyPostback(
      settingsOf(),
      [SECRET],
      { header: (name) => ({ "x-timestamp": seconds, "x-signature": signature })[name], body: BODY },
      NOW,
    );
  const mac = macOf(`${seconds}.${BODY}`);
  expect(await verifyWith(mac.toUpperCase())).toEqual({ kind: "valid", mac, id: null });
});

test("a body that holds `{timestamp}` or `$&` is signed as it is", async () => {
  for (const body of ['{"a":"{timestamp}"}', '{"a":"$& $1 {body}"}']) expect(await verify(signed(seconds, body), { body })).toBe("valid");
});
