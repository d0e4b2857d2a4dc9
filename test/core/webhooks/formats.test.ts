import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { type KindSettings, KindSettings as Settings } from "../../../src/core/webhooks/endpoint-settings.ts";
import { formatRequest } from "../../../src/core/webhooks/formats/format-request.ts";
import { noticeOf } from "../../../src/core/webhooks/formats/notice.ts";
import type { Message } from "../../../src/core/webhooks/message.ts";
import { formatSigningSecret } from "../../../src/core/webhooks/signing-secret.ts";

const NOW_MS = Date.UTC(2026, 10, 20, 12);
const aMessage = (about: Partial<Message> = {}): Message => ({
  message: "msg_1",
  id: "alert.raised:1",
  type: "alert.raised",
  livemode: true,
  atMs: NOW_MS,
  data: { id: 1, severity: "critical", title: "version 9 blocks too much", seq: 9, details: { blocked: 3 } },
  ...about,
});
const request = (format: unknown, secret: string, message = aMessage(), url = "https://api.shop.example/send") =>
  formatRequest(message, { url, format: Settings.parse(format) as KindSettings }, { current: secret, previous: null }, NOW_MS);
const mail = (about: Record<string, unknown> = {}) => ({
  kind: "email",
  settings: { to: "ops@shop.example", from: "tollgate@shop.example", ...about },
});

describe("a standard webhook", () => {
  test("is what the library signs", async () => {
    const secret = formatSigningSecret(new Uint8Array(32).map((_, i) => i * 7));
    const { headers, body } = await request({ kind: "standard", settings: {} }, secret);
    expect(headers["webhook-signature"]).toBe(new Webhook(secret).sign("msg_1", new Date(NOW_MS), body));
    expect(JSON.parse(body)).toEqual({
      type: "alert.raised",
      timestamp: "2026-11-20T12:00:00.000Z",
      livemode: true,
      data: aMessage().data,
    });
  });

  test("is signed over every byte, whatever characters it holds", async () => {
    const secret = formatSigningSecret(new Uint8Array(24).fill(255));
    const { headers, body } = await request(
      { kind: "standard", settings: {} },
      secret,
      aMessage({ data: { text: 'Ж 汉 \u{1f600} \u2028 "\\' } }),
    );
    expect(headers["webhook-signature"]).toBe(new Webhook(secret).sign("msg_1", new Date(NOW_MS), body));
  });
});

describe("a notice", () => {
  test("says what happened, how grave it is, and the figures", () => {
    expect(noticeOf(aMessage())).toEqual({
      subject: "[Tollgate · critical] version 9 blocks too much",
      text: "[Tollgate · critical] version 9 blocks too much\n2026-11-20T12:00:00.000Z\nid: 1\nseverity: critical\nseq: 9",
    });
    const risky = noticeOf(
      aMessage({ type: "risk.high", livemode: false, data: { risk_level: "HIGH", reasons: ["amount_jump", "new_device"] } }),
    );
    expect(risky.subject).toBe("[Tollgate · test · high] a transaction has a high risk");
    expect(risky.text).toContain("reasons: amount_jump, new_device");
  });

  test("stays short and on its lines, whatever a stranger wrote", () => {
    const data = {
      title: `a\nb\u2028c ${"x".repeat(500)}`,
      ...Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`f${i}`, "\u{1f600}".repeat(300)])),
    };
    const { subject, text } = noticeOf(aMessage({ data }));
    expect(subject).toMatch(/^\[Tollgate\] a b c x+…$/);
    expect(text.split("\n")).toHaveLength(22);
    expect(text.isWellFormed()).toBe(true);
    expect(text.length).toBeLessThan(4_096);
  });
});

describe("formats of services", () => {
  test("Slack gets text in which nobody is mentioned", async () => {
    const sent = await request(
      { kind: "slack", settings: {} },
      "https://hooks.slack.example/services/T/B/x",
      aMessage({ data: { title: "<!channel> & <b>" } }),
    );
    expect(sent.url).toBe("https://hooks.slack.example/services/T/B/x");
    expect(JSON.parse(sent.body).text).toContain("&lt;!channel&gt; &amp; &lt;b&gt;");
    expect(sent.headers).toEqual({ "content-type": "application/json" });
  });

  test("Telegram gets it at its bot's path", async () => {
    const sent = await request(
      { kind: "telegram", settings: { chat_id: "-100123" } },
      "12:token",
      aMessage(),
      "https://api.telegram.example/",
    );
    expect(sent.url).toBe("https://api.telegram.example/bot12:token/sendMessage");
    expect(JSON.parse(sent.body)).toMatchObject({ chat_id: "-100123", text: expect.stringContaining("version 9 blocks too much") });
  });

  test("a mail API gets sender, recipient, subject and text, and its token", async () => {
    const sent = await request(mail(), "api-key");
    expect(sent.headers.authorization).toBe("Bearer api-key");
    expect(JSON.parse(sent.body)).toMatchObject({
      from: "tollgate@shop.example",
      to: "ops@shop.example",
      subject: "[Tollgate · critical] version 9 blocks too much",
    });
  });

  test("a template is filled in its texts and keeps its shape", async () => {
    const template = { To: [{ Email: "{{to}}" }], Subject: "{{subject}} {{unknown}}", Text: "{{text}}", Count: 1, "{{to}}": null };
    const sent = await request(
      mail({ template, auth_header: "X-Server-Token", auth_prefix: "" }),
      "api-key",
      aMessage({ data: { title: '"}], "{{to}} $& $1' } }),
    );
    expect(sent.headers["x-server-token"]).toBe("api-key");
    expect(JSON.parse(sent.body)).toEqual({
      To: [{ Email: "ops@shop.example" }],
      Subject: '[Tollgate] "}], "{{to}} $& $1 {{unknown}}',
      Text: expect.any(String),
      Count: 1,
      "{{to}}": null,
    });
  });

  test.each([
    "host",
    "Host",
    "CONNECTION",
    "keep-alive",
    "TE",
    "Transfer-Encoding",
    "upgrade",
    "Proxy-Authorization",
    "content-length",
    "content-type",
    "cookie",
  ])("the secret goes into no header of the connection: `%s`", (auth_header) => {
    expect(Settings.safeParse(mail({ auth_header })).success).toBe(false);
    const sms = { kind: "sms", settings: { to: "+49301234567", from: "Tollgate", auth_header } };
    expect(Settings.safeParse(sms).success).toBe(false);
  });

  test("an SMS API gets two parts at most, as a form where it wants one", async () => {
    const template = { From: "{{from}}", To: "{{to}}", Body: "{{text}}", Options: { a: 1 } };
    const settings = { to: "+49301234567", from: "Tollgate", encoding: "form", auth_prefix: "Basic ", template };
    const sent = await request({ kind: "sms", settings }, "dXNlcjpwdw==", aMessage({ data: { title: "ж".repeat(400) } }));
    expect(sent.headers).toEqual({ "content-type": "application/x-www-form-urlencoded", authorization: "Basic dXNlcjpwdw==" });
    const form = new URLSearchParams(sent.body);
    expect(form.get("Body")).toHaveLength(134);
    expect([form.get("To"), form.get("Options")]).toEqual(["+49301234567", '{"a":1}']);
  });
});
