import { Webhook } from "standardwebhooks";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { deliverWebhooks } from "../../src/pipeline/webhooks/deliver-webhooks.ts";
import type { Delivery } from "../../src/ports/webhooks.ts";
import { createTestDatabase, expectValue, type TestDatabase } from "../support/records/test-database.ts";
import {
  aReport,
  createDeliverer,
  type Deliverer,
  happen,
  NOW_MS,
  SIGNING_SECRET,
  secrets,
  subscribe,
} from "../support/webhooks/deliverer.ts";
import { type Receiver, startReceiver } from "../support/webhooks/receiver.ts";

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;
const SHORT_MS = 300;

let database: TestDatabase;
let receiver: Receiver;
let us: Deliverer;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.rows("truncate webhook_endpoints, webhook_events, webhook_deliveries, webhook_attempts, alerts");
  receiver = await startReceiver();
  us = createDeliverer(database);
});
afterEach(() => receiver.close());

const deliver = (budgetMs?: number) => deliverWebhooks(us, budgetMs);
const log = async (endpointId = "shop"): Promise<readonly Delivery[]> =>
  expectValue(
    await us.webhooks.deliveries.find(
      { endpointId, status: null, type: null, eventId: null, fromMs: null, toMs: null, beforeId: null, limit: 2_000 },
      10_000,
    ),
  );
const outcomes = async () => (await log()).map(({ status, attempts }) => [status, ...attempts.map(({ outcome }) => outcome)]);
const endpoint = async (id = "shop") => {
  const found = expectValue(await us.webhooks.endpoints.byId(id, 10_000));
  if (found === null) throw new Error(`no endpoint ${id}`);
  return found;
};
const alerts = () => database.rows("select kind, severity, times_seen from alerts");

describe("a delivery", () => {
  test("carries a signature that the receiver's library verifies", async () => {
    await subscribe(database, us, { id: "shop", url: `${receiver.url}/hooks` });
    await happen(us, aReport("1"));
    us.nowMs = Date.now();
    expect(await deliver()).toBe(1);
    const [got] = receiver.received;
    expect(got?.path).toBe("/hooks");
    const verified = new Webhook(SIGNING_SECRET).verify(got?.body ?? "", got?.headers as Record<string, string>);
    expect(verified).toEqual({
      type: "report.created",
      timestamp: new Date(NOW_MS).toISOString(),
      livemode: true,
      data: { id: "1", severity: "high" },
    });
    expect(() => new Webhook(SIGNING_SECRET).verify(`${got?.body} `, got?.headers as Record<string, string>)).toThrow("signature");
    expect(got?.headers["webhook-id"]).toMatch(/^msg_[0-9a-f]{32}$/);
  });

  test("during a rotation is signed with both secrets, and after it with the new one", async () => {
    const other = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
    const overUntilMs = Date.now() + HOUR_MS;
    const previous = { previousSecret: await secrets.seal(other, "shop"), previousSecretUntilMs: overUntilMs };
    await subscribe(database, us, { id: "shop", url: receiver.url, ...previous });
    await happen(us, aReport("1"), aReport("2"));
    us.nowMs = overUntilMs - 1;
    await database.rows(
      "update webhook_deliveries set due_at = $1 where message = (select message from webhook_events where id like '%2')",
      [new Date(overUntilMs)],
    );
    await deliver();
    us.nowMs = overUntilMs;
    await deliver();
    const signatures = receiver.received.map(({ headers }) => String(headers["webhook-signature"]).split(" ").length);
    expect(signatures).toEqual([2, 1]);
    const [first] = receiver.received;
    for (const secret of [SIGNING_SECRET, other]) {
      const verify = () => new Webhook(secret).sign(String(first?.headers["webhook-id"]), new Date(overUntilMs - 1), first?.body ?? "");
      expect(first?.headers["webhook-signature"]).toContain(verify());
    }
  });

  test("that is refused is tried again after 5 seconds, with the same id and a new time", async () => {
    receiver.says = (_, number) => ({ status: number === 1 ? 500 : 200, body: number === 1 ? "out of order" : "" });
    await subscribe(database, us, { id: "shop", url: receiver.url });
    await happen(us, aReport("1"));
    await deliver();
    expect(us.woken).toEqual([{ message: { kind: "webhooks" }, delaySeconds: 5 }]);
    expect((await endpoint()).failingSinceMs).toBe(NOW_MS);
    us.nowMs = NOW_MS + 5 * SECOND_MS - 1;
    expect(await deliver()).toBe(0);
    us.nowMs += 1;
    expect(await deliver()).toBe(1);
    const [delivery] = await log();
    expect(delivery).toMatchObject({
      status: "delivered",
      dueAtMs: null,
      attempts: [
        { number: 1, startedAtMs: NOW_MS, outcome: "refused", responseStatus: 500, responseBody: "out of order" },
        { number: 2, startedAtMs: NOW_MS + 5 * SECOND_MS, outcome: "delivered", responseStatus: 200, responseBody: null },
      ],
    });
    const ids = receiver.received.map(({ headers }) => headers["webhook-id"]);
    const times = receiver.received.map(({ headers }) => Number(headers["webhook-timestamp"]));
    expect(new Set(ids).size).toBe(1);
    expect(times).toEqual([NOW_MS / 1_000, NOW_MS / 1_000 + 5]);
    expect(await endpoint()).toMatchObject({ failingSinceMs: null, lastSuccessMs: us.nowMs });
  });

  test("is not sent where a redirect leads", async () => {
    const inside = await startReceiver();
    receiver.says = () => ({ status: 302, headers: { location: `${inside.url}/secrets` } });
    await subscribe(database, us, { id: "shop", url: receiver.url });
    await happen(us, aReport("1"));
    await deliver();
    expect(await outcomes()).toEqual([["pending", "redirected"]]);
    expect(inside.received).toEqual([]);
    await inside.close();
  });

  test("answered 410 ends the endpoint, with an alert, and the next is not sent", async () => {
    receiver.says = () => ({ status: 410 });
    await subscribe(database, us, { id: "shop", url: receiver.url });
    await happen(us, aReport("1"));
    await deliver();
    await happen(us, aReport("2"));
    await deliver();
    expect(receiver.received).toHaveLength(1);
    expect(await outcomes()).toEqual([["failed", "gone"]]);
    expect(await endpoint()).toMatchObject({ isActive: false, disabledFor: "gone", disabledAtMs: NOW_MS, version: 2 });
    expect(await alerts()).toEqual([{ kind: "webhook_disabled", severity: "medium", times_seen: 1 }]);
  });

  test("answered 429 waits for as long as it is asked to", async () => {
    receiver.says = () => ({ status: 429, headers: { "retry-after": "7200" } });
    await subscribe(database, us, { id: "shop", url: receiver.url });
    await happen(us, aReport("1"));
    await deliver();
    expect(await log()).toMatchObject([{ status: "pending", dueAtMs: NOW_MS + 2 * HOUR_MS, attempts: [{ outcome: "too_many" }] }]);
    expect(us.woken).toEqual([]);
  });

  test("that nobody answers is over after the budget, and one that nobody takes at once", async () => {
    receiver.says = () => "nothing";
    const gone = await startReceiver();
    await gone.close();
    await subscribe(database, us, { id: "shop", url: receiver.url });
    await subscribe(database, us, { id: "away", url: gone.url });
    await happen(us, aReport("1"));
    await deliver(SHORT_MS);
    expect(await outcomes()).toEqual([["pending", "timeout"]]);
    expect(await log("away")).toMatchObject([{ status: "pending", attempts: [{ outcome: "unreachable", responseStatus: null }] }]);
  });

  test("keeps a kilobyte of the answer, without what looks like a card number", async () => {
    receiver.says = () => ({ status: 500, body: `card 4111 1111 1111 1111 ${"x".repeat(5_000)}` });
    await subscribe(database, us, { id: "shop", url: receiver.url });
    await happen(us, aReport("1"));
    await deliver();
    const [body] = (await log()).map(({ attempts }) => attempts[0]?.responseBody ?? "");
    expect(body).toMatch(/^card \[card\] x+$/);
    expect(body?.length).toBeLessThanOrEqual(1_024);
    expect(body?.length).toBeGreaterThan(900);
  });

  test("of a Slack notice goes to the address that only its secret holds", async () => {
    const secret = await secrets.seal(`${receiver.url}/services/T0/B0/x`, "slack");
    await subscribe(database, us, { id: "slack", url: receiver.url, secret, format: { kind: "slack", settings: {} } });
    await happen(us, aReport("1"));
    await deliver();
    expect(receiver.received.map(({ path }) => path)).toEqual(["/services/T0/B0/x"]);
  });
});

describe("an endpoint that takes nothing", () => {
  test("is tried ten times over about three days, then disabled with one alert", async () => {
    receiver.says = () => ({ status: 503 });
    await subscribe(database, us, { id: "shop", url: receiver.url });
    await happen(us, aReport("1"));
    const triedAfterMs: number[] = [];
    for (let due: number | null = NOW_MS; due !== null; due = (await log())[0]?.dueAtMs ?? null) {
      us.nowMs = due;
      await deliver();
      triedAfterMs.push(due - NOW_MS);
    }
    const hours = triedAfterMs.map((ms) => Math.round((ms / HOUR_MS) * 100) / 100);
    expect(hours).toEqual([0, 0, 0.08, 0.58, 2.58, 7.58, 17.58, 31.58, 51.58, 75.58]);
    expect((await log())[0]).toMatchObject({ status: "failed", attempts: { length: 10 } });
    expect(await endpoint()).toMatchObject({ isActive: false, disabledFor: "failing", version: 2 });
    expect(await alerts()).toEqual([{ kind: "webhook_disabled", severity: "high", times_seen: 1 }]);
  });

  test("stays when only one message is refused again and again", async () => {
    receiver.says = ({ body }) => ({ status: body.includes('"poison"') ? 500 : 200 });
    await subscribe(database, us, { id: "shop", url: receiver.url });
    await happen(us, aReport("poison"));
    for (let day = 0; day < 5; day++) {
      us.nowMs = NOW_MS + day * 24 * HOUR_MS;
      await happen(us, aReport(`fine-${day}`, { atMs: us.nowMs }));
      for (let attempts = 1; attempts > 0; us.nowMs += HOUR_MS) attempts = (await deliver()) ?? 0;
    }
    for (let due = NOW_MS as number | null; due !== null; ) {
      const poisoned = (await log()).find(({ eventId }) => eventId.endsWith("poison"));
      due = poisoned?.dueAtMs ?? null;
      if (due !== null) us.nowMs = Math.max(us.nowMs, due);
      await deliver();
    }
    expect((await log()).filter(({ status }) => status === "failed")).toHaveLength(1);
    expect(await endpoint()).toMatchObject({ isActive: true });
    expect(await alerts()).toEqual([]);
  });

  test("is asked one thing at a time until it takes something again", async () => {
    receiver.says = () => ({ status: 500 });
    await subscribe(database, us, { id: "shop", url: receiver.url });
    await happen(us, ...Array.from({ length: 30 }, (_, i) => aReport(String(i))));
    await deliver();
    us.nowMs += 5 * SECOND_MS;
    const leased: number[] = [];
    for (const lease of ["one", "other"]) {
      const times = { nowMs: us.nowMs, untilMs: us.nowMs + 60 * SECOND_MS };
      leased.push(expectValue(await us.webhooks.deliveries.lease("shop", lease, times, 10_000)).length);
    }
    expect(leased).toEqual([1, 0]);
    us.nowMs += 60 * SECOND_MS;
    receiver.says = () => ({ status: 200 });
    await deliver();
    expect((await log()).every(({ status }) => status === "delivered")).toBe(true);
  });
});

describe("consumers", () => {
  test("never send the same attempt at once", async () => {
    await subscribe(database, us, { id: "shop", url: receiver.url });
    await happen(us, ...Array.from({ length: 120 }, (_, i) => aReport(String(i))));
    const made = await Promise.all(Array.from({ length: 6 }, () => deliver()));
    expect(made.reduce<number>((sum, attempts) => sum + (attempts ?? Number.NaN), 0)).toBe(120);
    expect(receiver.received).toHaveLength(120);
    expect(new Set(receiver.received.map(({ headers }) => headers["webhook-id"])).size).toBe(120);
  });

  test("that die in between leave nothing lost and nothing doubled in the log of 1,000 events", async () => {
    await subscribe(database, us, { id: "shop", url: receiver.url });
    await happen(us, ...Array.from({ length: 1_000 }, (_, i) => aReport(String(i))));
    // A run dies either before it sends or after it sent and before it could say so.
    const dying = async (dies: "before" | "after") => {
      const settle: typeof us.webhooks.deliveries.settle = async () => new Promise(() => {});
      const send: typeof us.webhooks.sender.send = async () => new Promise(() => {});
      const { webhooks } = us;
      const mortal = dies === "after" ? { ...webhooks, deliveries: { ...webhooks.deliveries, settle } } : { ...webhooks, sender: { send } };
      const before = receiver.received.length;
      void deliverWebhooks({ ...us, webhooks: mortal });
      await expect
        .poll(async () => (await database.rows("select 1 from webhook_deliveries where leased_until > $1", [new Date(us.nowMs)])).length)
        .toBe(20);
      if (dies === "after") await expect.poll(() => receiver.received.length).toBe(before + 20);
    };
    for (const dies of ["before", "after", "after", "before"] as const) {
      await dying(dies);
      us.nowMs += 61 * SECOND_MS;
    }
    expect(await deliver()).toBe(1_000);
    const all = await log();
    expect(all).toHaveLength(1_000);
    expect(all.every(({ status, attempts }) => status === "delivered" && attempts.length === 1)).toBe(true);
    const ids = receiver.received.map(({ headers }) => headers["webhook-id"]);
    expect(new Set(ids)).toEqual(new Set(all.map(({ message }) => message)));
    expect(ids).toHaveLength(1_040);
  });

  test("that come back after their lease write nothing over what another did", async () => {
    await subscribe(database, us, { id: "shop", url: receiver.url });
    await happen(us, aReport("1"));
    const times = { nowMs: us.nowMs, untilMs: us.nowMs + SECOND_MS };
    const [late] = expectValue(await us.webhooks.deliveries.lease("shop", "late", times, 10_000));
    us.nowMs += SECOND_MS;
    await deliver();
    const attempt = { startedAtMs: NOW_MS, durationMs: 5, outcome: "refused", responseStatus: 500, responseBody: null } as const;
    const settlement = { id: late?.id ?? "", status: "pending", dueAtMs: us.nowMs, attempt } as const;
    expectValue(await us.webhooks.deliveries.settle({ endpointId: "shop", lease: "late", nowMs: us.nowMs }, [settlement], null, 10_000));
    expect(await outcomes()).toEqual([["delivered", "delivered"]]);
    expect((await endpoint()).failingSinceMs).toBeNull();
  });
});
