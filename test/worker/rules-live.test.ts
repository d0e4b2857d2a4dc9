import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cohort } from "../../src/core/decision/cohort.ts";
import { defaultRuleset } from "../../src/tools/local/seed-ruleset.ts";
import { brokenFiles } from "../support/rules/broken-files.ts";
import { type Reply, startService, type TestService } from "../support/service.ts";

let service: TestService;
beforeAll(async () => {
  service = await startService();
  await service.publish();
});
afterAll(() => service.close());

const ruleset = (score: number) => ({
  files: [
    {
      name: "probe.json",
      text: JSON.stringify({
        name: "probe",
        rules: [{ id: "P", name: "Probe", reason: "probe", severity: "low", mode: "live", score, conditions: { amount: { gte: 1 } } }],
      }),
    },
  ],
  features: null,
  message: "probe",
});
let calls = 0;
const decide = (): Promise<Reply> =>
  service.call("/api/v1/analyze", { body: { transaction_id: `live-${calls++}`, type: "PAYMENT", amount: 20 } });

describe("a publish", () => {
  test("acts on the next decision, again and again, without a restart", async () => {
    for (let score = 1; score <= 20; score++) {
      const published = await service.publish(ruleset(score));
      expect(published.status).toBe(200);
      const { body } = await decide();
      expect(body.versions.seq).toBe(published.body.seq);
      expect(body.rules).toMatchObject([{ id: "probe/P", points: score, values: { amount: 20 } }]);
    }
  });

  test("of a ruleset with faults changes nothing and names each with its path", async () => {
    const before = (await decide()).body.versions;
    const broken = defaultRuleset();
    const refused = await service.publish({
      files: [
        {
          name: "bad.json",
          text: '{"name":"bad","rules":[{"id":"B","name":"b","reason":"b","severity":"low","mode":"live","score":1,"conditions":{"amout":{"gt":1}}}]}',
        },
      ],
      features: broken.features,
      message: "typo",
    });
    expect(refused).toMatchObject({ status: 422, body: { code: "ruleset_refused" } });
    expect(refused.body.errors).toMatchObject([{ code: "unknown_feature", path: "rules[0].conditions.amout", line: 1 }]);
    expect(refused.body.errors[0].message).toContain("did you mean `amount`");
    expect((await decide()).body.versions).toEqual(before);
  });

  test("of a broken file, whatever is broken, is not taken and changes no decision", async () => {
    const { files } = defaultRuleset();
    const good = files.find(({ name }) => name.includes("checkout"))?.text ?? "";
    const before = (await decide()).body;
    const all = brokenFiles(good);
    const kinds = [...new Set(all.map(({ what }) => what))];
    for (const kind of kinds) {
      const broken = all.findLast(({ what }) => what === kind);
      const refused = await service.publish({
        files: [{ name: "checkout.json", text: broken?.text ?? "" }],
        features: null,
        message: kind,
      });
      expect([kind, refused.status >= 400 && refused.status < 500]).toEqual([kind, true]);
      expect([kind, refused.body.errors.every((fault: { path?: unknown }) => typeof fault.path === "string")]).toEqual([kind, true]);
    }
    const { versions, outcome, rules } = (await decide()).body;
    expect({ versions, outcome, rules }).toEqual({ versions: before.versions, outcome: before.outcome, rules: before.rules });
  });

  test("needs the role for it", async () => {
    const answer = await service.call("/api/admin/fraud-rules/publish", { as: "readonly", body: ruleset(1) });
    expect(answer).toMatchObject({ status: 403, body: { code: "not_allowed" } });
  });
});

describe("a rule with a rollout", () => {
  test("acts on the same clients each time and is a shadow rule for the others, whom only staff are told of", async () => {
    const [file] = ruleset(90).files;
    const document = JSON.parse(file?.text ?? "") as { rules: object[] };
    const rules = document.rules.map((rule) => ({ ...rule, rollout: 50 }));
    const files = [{ name: "probe.json", text: JSON.stringify({ ...document, rules }) }];
    expect((await service.publish({ files, features: null, message: "half" })).status).toBe(200);
    const clients = Array.from({ length: 24 }, (_, index) => `half-${index}`);
    const modeFor = async (client_id: string): Promise<readonly unknown[]> => {
      const body = { transaction_id: `half-${calls++}`, type: "PAYMENT", amount: 20, client_id };
      const { outcome, rules: shown } = (await service.call("/api/v1/analyze", { body })).body;
      const told = (await service.call("/api/v1/analyze?dryRun=true", { as: "analyst", body })).body;
      return [outcome, shown.length, told.rules[0].mode];
    };
    const first = await Promise.all(clients.map(modeFor));
    expect(await Promise.all(clients.map(modeFor))).toEqual(first);
    const expected = clients.map((client) =>
      cohort({ id: "", dimensions: { client } }, "probe/P", "rollout") < 50 ? ["block", 1, "live"] : ["allow", 0, "shadow"],
    );
    expect(first).toEqual(expected);
    expect(new Set(first.map(String)).size).toBe(2);
  });
});

describe("when what is stored is damaged", () => {
  const KINDS = ["broken", "truncated", "oversized", "vanished"] as const;
  test.each(KINDS)("a %s ruleset leaves the last good one in force and the health says so", async (kind) => {
    const good = await service.publish(ruleset(7));
    expect((await decide()).body.rules[0].points).toBe(7);
    const env = (await service.server.getWorker().getEnv()) as { CONFIG: KVNamespace };
    const next = await service.publish(ruleset(60 + KINDS.indexOf(kind)));
    const { ruleset: hash } = next.body;
    const whole = (await env.CONFIG.get(`config:${hash}`)) ?? "";
    const damaged = { broken: "{]", truncated: whole.slice(0, 80), oversized: whole + " ".repeat(3 << 20), vanished: null }[kind];
    await service.redis(["DEL", `tg:content:${hash}`]);
    if (damaged === null) await env.CONFIG.delete(`config:${hash}`);
    else await env.CONFIG.put(`config:${hash}`, damaged);
    service.gateways.neon.faults.set([{ kind: "refuse" }]);
    const { body } = await decide();
    expect(body.versions.seq).toBe(good.body.seq);
    const health = await service.call("/health", { as: null });
    expect(health).toMatchObject({ status: 200, body: { status: "degraded" } });
    expect(health.body.parts.ruleset.detail).toContain("is not in force");

    // The record has it whole, for isolates and for the schedule, which mends the copies.
    service.gateways.neon.faults.set([]);
    await service.schedule("* * * * *");
    await expect.poll(async () => (await decide()).body.versions.seq, { timeout: 60_000, interval: 250 }).toBe(next.body.seq);
  });
});
