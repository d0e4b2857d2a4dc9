import { afterAll, beforeAll, expect, test } from "vitest";
import { defaultRuleset } from "../../src/tools/local/seed-ruleset.ts";
import { type Reply, startService, type TestService } from "../support/service.ts";

const API = "/api/admin/fraud-rules";
let service: TestService;
beforeAll(async () => {
  service = await startService();
  expect((await service.publish()).status).toBe(200);
});
afterAll(() => service.close());

const send = (path: string, body: unknown, as: "admin" | "analyst" = "analyst"): Promise<Reply> =>
  service.call(`${API}${path}`, { as, body });
const decide = (): Promise<Reply> => service.call("/api/v1/analyze", { body: { type: "PAYMENT", amount: 20 } });
const ruleset = (score: number, message: string) => ({
  files: [
    {
      name: "probe.json",
      text: JSON.stringify({
        name: "probe",
        rules: ["A", "B"].map((id) => ({ id, name: id, reason: "p", severity: "low", score, conditions: { amount: { gte: 1 } } })),
      }),
    },
  ],
  features: defaultRuleset().features,
  message,
});

test("of publishers at once who name the live version one publishes, and the others are told who", async () => {
  for (let round = 0; round < 5; round++) {
    const { seq: version } = (await decide()).body.versions;
    const answers = await Promise.all(
      [1, 2, 3, 4].map((score) =>
        send("/publish", { ...ruleset(score, `round ${round}`), version }, score % 2 === 0 ? "admin" : "analyst"),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409, 409]);
    const published = answers.find(({ status }) => status === 200);
    for (const { body } of answers.filter(({ status }) => status === 409))
      expect(body).toMatchObject({
        code: "changed_meanwhile",
        current: { version: version + 1 },
        changed_by: { name: expect.any(String) },
      });
    expect((await decide()).body.versions).toMatchObject({ seq: version + 1, ruleset: published?.body.ruleset });
  }
});

test("an undo gets through whatever is published meanwhile: rollback, kill and snooze each become a version", async () => {
  expect((await send("/publish", ruleset(9, "before"))).status).toBe(200);
  for (let round = 0; round < 5; round++) {
    const good = await send("/publish", ruleset(10 + round, "good"));
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const undone = await Promise.all([
      send("/rollback", { to: good.body.seq - 1 }),
      send("/publish", ruleset(20 + round, "racing")),
      send("/probe%2FA/kill", { message: "off" }),
      send("/snoozes", { type: "client", value: `c-${round}`, reason: "tester", rules: ["B"], expiresAt }),
    ]);
    const [rollback, publish, kill, snooze] = undone;
    expect(publish?.status === 200 || publish?.status === 409, JSON.stringify(publish?.body)).toBe(true);
    expect(snooze, JSON.stringify(snooze?.body)).toMatchObject({ status: 201 });
    // The rollback itself may have been beaten to what it goes back to, or the kill to what is off.
    for (const one of [rollback, kill]) expect([200, 422], JSON.stringify(one?.body)).toContain(one?.status);
    const made = undone.map(({ body }) => body.seq as number | undefined).filter((seq) => seq !== undefined);
    expect(new Set(made).size).toBe(made.length);
    expect((await decide()).body.versions.seq).toBe(Math.max(...made));
    const { versions } = (await service.call(`${API}/history?limit=200`, { as: "readonly" })).body;
    for (const { seq, parent } of versions) expect(parent).toBe(seq === 1 ? null : seq - 1);
  }
});
