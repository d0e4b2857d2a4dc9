import { createHmac } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Json, type Reply, startService, type TestService } from "../support/service.ts";

const SECRET = "a-hook-secret-of-the-vendor";
const FEATURES = {
  proxy_score: { op: "featureStoreLookup", by: "ip", key: "proxy_score", type: "ratio" },
  own_score: { op: "featureStoreLookup", by: "ip", key: "own_score", type: "ratio" },
};
const RULES = {
  name: "hooks",
  policy: { challengeAt: 50, reviewAt: 65, blockAt: 80 },
  rules: [
    {
      ...{ id: "H1", name: "Both know it", reason: "proxy", severity: "high", mode: "live", score: 70 },
      conditions: { proxy_score: { gt: 50 }, own_score: { gt: 1 } },
    },
  ],
};
const EFFECTS = {
  features: { effect: { kind: "features", entity: "ip", id: "ip", values: { proxy_score: "score" } } },
  labels: { id: "id", effect: { kind: "label", transaction: "tx", label: "verdict", map: { bad: "fraud" } } },
  chargebacks: {
    id: "id",
    when: { path: "type", in: ["chargeback"] },
    effect: { kind: "chargeback", transaction: "tx", amount: "amount" },
  },
};

let service: TestService;
beforeAll(async () => {
  const names = [...Object.keys(EFFECTS), "off"];
  service = await startService({ SERVICE_SECRETS: JSON.stringify(Object.fromEntries(names.map((name) => [name, { hook: [SECRET] }]))) });
  await service.publish({
    files: [{ name: "hooks.json", text: JSON.stringify(RULES) }],
    features: JSON.stringify(FEATURES),
    message: "hooks",
  });
  const settings = { url: "https://api.vendor.example/", answers: { score: { path: "score", type: "number" } } };
  const create = (id: string, postback: unknown, active = true) =>
    service.call("/api/admin/fraud-services", { as: "admin", body: { id, active, settings: { ...settings, postback } } });
  for (const [id, postback] of Object.entries(EFFECTS)) expect((await create(id, postback)).status).toBe(201);
  expect((await create("off", EFFECTS.labels, false)).status).toBe(201);
  expect((await create("secretless", EFFECTS.labels)).body.missing_secrets).toEqual(["hook"]);
});
afterAll(() => service?.close());

interface Sent {
  readonly secret?: string;
  readonly atMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
}
function send(name: string, body: Json, { secret = SECRET, atMs = Date.now(), headers = {} }: Sent = {}): Promise<Reply> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const timestamp = String(Math.floor(atMs / 1000));
  const signature = createHmac("sha256", secret).update(`${timestamp}.${text}`).digest("hex");
  return service.call(`/hooks/${name}`, { as: null, text, headers: { "x-timestamp": timestamp, "x-signature": signature, ...headers } });
}
const decide = (body: Json = {}): Promise<Reply> => service.call("/api/v1/analyze", { body: { type: "PAYMENT", amount: 5, ...body } });

test("a feature that a service tells is read by the next decision, beside the merchant's own", async () => {
  const at = "/api/v1/features/ip/198.51.100.77";
  expect((await service.call(at, { method: "PUT", body: { own_score: 2 } })).status).toBe(204);
  expect(await send("features", { ip: "198.51.100.77", score: 90 })).toMatchObject({ status: 200, body: { status: "done" } });
  expect((await decide({ ip_address: "198.51.100.77" })).body.rules).toMatchObject([
    { id: "hooks/H1", values: { proxy_score: 90, own_score: 2 } },
  ]);
});

test("forged, unknown, switched off and without a secret are one and the same answer", async () => {
  const answers = [
    await send("labels", { id: "1" }, { secret: "another-secret-of-16" }),
    await send("labels", { id: "1" }, { headers: { "x-signature": "00" } }),
    await send("nobody", { id: "1" }),
    await send("off", { id: "1" }),
    await send("secretless", { id: "1" }),
  ];
  for (const { status, body } of answers) {
    const { request_id: _, ...rest } = body;
    expect({ status, ...rest }).toEqual({
      ...{ type: "urn:tollgate:problem:bad_signature", title: "Not authenticated", status: 401, code: "bad_signature" },
      detail: "no service of this name signed this",
    });
  }
});

test("what was signed more than five minutes ago is refused", async () => {
  expect(await send("labels", { id: "1" }, { atMs: Date.now() - 301_000 })).toMatchObject({ status: 401, body: { code: "stale" } });
});

test("a label is kept once, however often and however much at once it is sent", async () => {
  const { body } = await decide({ transaction_id: "labelled" });
  const told = { id: "n-1", tx: "labelled", verdict: "bad" };
  const sent = await Promise.all(Array.from({ length: 8 }, () => send("labels", told)));
  const statuses = sent.map(({ status, body: answer }) =>
    answer.status === "done" ? "done" : status === 409 ? "in flight" : answer.status,
  );
  expect(statuses.filter((status) => status === "done")).toHaveLength(1);
  expect(statuses.every((status) => ["done", "in flight", "repeated"].includes(status))).toBe(true);
  expect(await send("labels", told, { atMs: Date.now() - 60_000 })).toMatchObject({ status: 200, body: { status: "repeated" } });
  const labels = await service.sql("select label, source, labelled_by from labels where decision_id = $1", [body.decision_id]);
  expect(labels).toMatchObject([{ label: "fraud", source: "labels" }]);
  expect(await send("labels", { ...told, tx: "another" })).toMatchObject({ status: 422, body: { code: "id_reused" } });
});

test("a label of a transaction nobody knows is refused, and may come again once it is known", async () => {
  const told = { id: "n-2", tx: "not-yet", verdict: "bad" };
  expect((await send("labels", told)).status).toBe(404);
  await decide({ transaction_id: "not-yet" });
  expect(await send("labels", told)).toMatchObject({ status: 200, body: { status: "done" } });
});

test("a chargeback goes the way of every event and settles its transaction", async () => {
  await decide({ transaction_id: "disputed", client_id: "c-1" });
  expect(await send("chargebacks", { id: "cb-1", type: "chargeback", tx: "disputed", amount: 5 })).toMatchObject({ status: 200 });
  expect(await send("chargebacks", { id: "cb-1", type: "chargeback", tx: "disputed", amount: 5 })).toMatchObject({
    body: { status: "repeated" },
  });
  await service.schedule("* * * * *");
  expect(await service.sql("select status from events where id = 'disputed'")).toEqual([{ status: "chargeback" }]);
  expect(await service.sql("select count(*)::int as n from events where type = 'payment'")).toEqual([{ n: 1 }]);
});

test("what the settings do not act on is ignored; what cannot be meant names its path", async () => {
  expect(await send("chargebacks", { id: "cb-2", type: "refund", tx: "disputed" })).toMatchObject({
    status: 200,
    body: { status: "ignored" },
  });
  expect(await send("chargebacks", { id: "cb-3", type: "chargeback" })).toMatchObject({ status: 422, body: { errors: [{ path: "tx" }] } });
  expect(await send("labels", "no json")).toMatchObject({ status: 422 });
  expect(await send("labels", `{"id":"deep","tx":${"[".repeat(50_000)}${"]".repeat(50_000)}}`)).toMatchObject({ status: 422 });
  expect(await send("features", { ip: "198.51.100.79", score: "4111 1111 1111 1111" })).toMatchObject({
    status: 422,
    body: { code: "card_number" },
  });
});

test("while Redis is away nothing is taken, and the same notification is taken once it is back", async () => {
  await decide({ transaction_id: "patient" });
  const told = { id: "n-3", tx: "patient", verdict: "bad" };
  service.gateways.upstash.faults.set([{ kind: "refuse" }]);
  const away = await send("labels", told);
  service.gateways.upstash.faults.set([]);
  expect(away.status).toBe(503);
  expect(await send("labels", told)).toMatchObject({ status: 200, body: { status: "done" } });
});
