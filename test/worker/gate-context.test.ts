import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type GateContext, signContext } from "../../src/core/gate/context.ts";
import { createTextSigner } from "../../src/core/gate/signed-text.ts";
import { startService, type TestService } from "../support/service.ts";

const DAY_MS = 86_400_000;

let service: TestService;
beforeAll(async () => {
  service = await startService();
  await service.publish();
});
afterAll(() => service.close());

const contextOf = (seen: Partial<GateContext> = {}, secret = service.gateways.vars.GATE_SECRET): Promise<string> =>
  signContext(createTextSigner(secret), { address: "203.0.113.7", country: "DK", asn: 3320, device: "dev-1", atMs: Date.now(), ...seen });
const decide = (transaction: Readonly<Record<string, unknown>>) =>
  service.call("/api/v1/analyze?explain=true", { as: "analyst", body: { type: "PAYMENT", amount: 12, ...transaction } });

describe("a transaction that hands on the gate's context", () => {
  test("is decided with the visitor the gate saw", async () => {
    const { status, body } = await decide({ tollgate_context: await contextOf() });
    expect(status).toBe(200);
    expect(body.warnings).toEqual([]);
    expect(body.features.ip).toBe("203.0.113.7");
    // Absent where no device was sent.
    expect(body.features.users_per_device_30d).not.toBeNull();
    const stored = await service.call(`/api/v1/decisions/${body.decision_id}`, { as: "analyst" });
    expect(JSON.stringify(stored.body)).not.toContain("tollgate_context");
  });

  test("keeps what it says itself, and is told when the gate saw another address", async () => {
    const { body } = await decide({ ip_address: "198.51.100.2", tollgate_context: await contextOf() });
    expect(body.features.ip).toBe("198.51.100.2");
    expect(body.warnings).toMatchObject([{ code: "context_differs", path: "tollgate_context" }]);
  });

  test.each([
    ["signed by another", () => contextOf({}, "a secret of somebody else, long enough"), "context_forged"],
    ["changed by a character", async () => (await contextOf()).replace(/^./, (first) => (first === "a" ? "b" : "a")), "context_forged"],
    ["of the day before yesterday", () => contextOf({ atMs: Date.now() - 2 * DAY_MS }), "context_expired"],
    ["of tomorrow", () => contextOf({ atMs: Date.now() + DAY_MS }), "context_expired"],
    ["that is no text", async () => 7, "context_forged"],
  ])("%s is decided without it, with a warning", async (_, make, code) => {
    const { status, body } = await decide({ tollgate_context: await make() });
    expect(status).toBe(200);
    expect(body.warnings).toMatchObject([{ code, path: "tollgate_context" }]);
    expect(body.features.ip).toBeNull();
  });

  test("may be one of many", async () => {
    const { body } = await service.call("/api/v1/batch-analyze", {
      body: [
        { type: "PAYMENT", amount: 1, tollgate_context: await contextOf() },
        { type: "PAYMENT", amount: 2 },
      ],
    });
    expect(body.map((item: { warnings: unknown[] }) => item.warnings)).toEqual([[], []]);
  });
});
