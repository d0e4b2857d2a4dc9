import { afterAll, beforeAll, expect, test } from "vitest";
import fixture from "../fixtures/sample-events.json" with { type: "json" };
import { startService, type TestService } from "../support/service.ts";

let service: TestService;
beforeAll(async () => {
  service = await startService();
  await service.publish();
});
afterAll(() => service.close());

test("the sources' fourteen events come out as documented, from POST /events to a dry run's features", async () => {
  const appended = await service.call("/api/v1/events", { as: "admin", body: fixture.events });
  expect(appended).toMatchObject({ status: 202, body: { accepted: 14, refused: 0 } });
  const again = await service.call("/api/v1/events", { as: "admin", body: fixture.events });
  expect(again.body).toMatchObject({ accepted: 0, repeated: 14 });

  for (const expected of fixture.expected) {
    const answer = await service.call("/api/v1/analyze?dryRun=true&self=false&explain=true", {
      as: "analyst",
      body: {
        type: "PAYMENT",
        amount: 1,
        client_id: expected.client_id,
        device_id: expected.device_id,
        ip_address: expected.ip_address,
        timestamp: fixture.now,
      },
    });
    expect(answer.status).toBe(200);
    const { features } = answer.body;
    for (const [name, value] of Object.entries(expected.features)) {
      const seen = features[name];
      if (name.endsWith("_first_seen") || name.endsWith("_at"))
        expect([name, seen === null ? null : Date.parse(seen)]).toEqual([name, value === null ? null : Date.parse(String(value))]);
      else if (typeof value === "number") expect([name, Math.round(seen * 1_000) / 1_000]).toEqual([name, value]);
      else expect([name, seen]).toEqual([name, value]);
    }
  }
});
