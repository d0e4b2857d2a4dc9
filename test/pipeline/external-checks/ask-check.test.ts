import { expect, test } from "vitest";
import { CheckSettings } from "../../../src/core/external-checks/check-settings.ts";
import { type CompiledCheck, compileCheck } from "../../../src/core/external-checks/compile-check.ts";
import { ok } from "../../../src/core/result.ts";
import { createCheckAsker } from "../../../src/pipeline/external-checks/ask-check.ts";
import { createCheckMeter } from "../../../src/pipeline/external-checks/check-meter.ts";
import { createHostGuard } from "../../../src/pipeline/external-checks/host-guard.ts";
import type { Answer } from "../../../src/ports/answer.ts";
import type { CheckCount, CheckReply } from "../../../src/ports/external-checks.ts";
import { aTransaction } from "../../support/builders/events.ts";

const NOW = 1_800_000_000_000;
const GOOD: CheckReply = { kind: "answered", status: 200, text: '{"score":1}' };

/** An asker over a vendor and a resolver that answer what the test says, under a clock of its own. */
function aWorld(settings: object = {}) {
  const world = {
    nowMs: NOW,
    reply: GOOD,
    addresses: ["93.184.216.34"] as readonly string[],
    sent: 0,
    resolved: 0,
    counted: [] as CheckCount[],
  };
  const clock = (): number => world.nowMs;
  const meter = createCheckMeter(
    {
      add: async (counts) => {
        world.counted.push(...counts);
        return ok(undefined);
      },
      since: async () => ok([]),
      forget: async () => ok(0),
    },
    clock,
  );
  const resolve = async (): Answer<readonly string[]> => {
    world.resolved += 1;
    return ok(world.addresses);
  };
  const call = async (_: unknown, budgetMs: number): Promise<CheckReply> => {
    world.sent += 1;
    world.nowMs += Math.min(budgetMs, 20);
    return world.reply;
  };
  const asker = createCheckAsker({ caller: { call }, hosts: createHostGuard({ resolve }, clock), meter, clock });
  const check = compiled({ cache_seconds: 0, ...settings });
  const ask = (deviceId = "d1", budgetMs = 1_000) => asker.ask(check, { ...aTransaction(), body: { device_id: deviceId } }, budgetMs);
  return { world, asker, meter, ask };
}

function compiled(settings: object): CompiledCheck {
  const read = CheckSettings.parse({
    url: "https://api.vendor.example/?d={device_id}",
    answers: { score: { path: "score", type: "number" } },
    ...settings,
  });
  const written = { createdAtMs: NOW, createdBy: "a", updatedAtMs: NOW, updatedBy: "a", version: 1 };
  const check = compileCheck({ name: "vendor", description: "", isActive: true, settings: read, ...written }, {}, false);
  if (check === null) throw new Error("the settings are to be good");
  return check;
}

test("after five failures nobody is asked for five seconds, then one call tries, and its success lets all through", async () => {
  const { world, asker, ask } = aWorld();
  world.reply = { kind: "unreachable" };
  for (let i = 0; i < 5; i++) expect(await ask()).toBe("failed");
  expect([asker.stateOf("vendor"), world.sent]).toEqual(["open", 5]);
  expect(await ask()).toBe("failed");
  expect(world.sent).toBe(5);
  world.nowMs += 5_000;
  world.reply = GOOD;
  const [first, second] = await Promise.all([ask("a"), ask("b")]);
  expect([first, second]).toEqual([{ score: 1 }, "failed"]);
  expect([asker.stateOf("vendor"), world.sent]).toEqual(["closed", 6]);
  expect(await ask()).toEqual({ score: 1 });
});

test.each<[string, CheckReply]>([
  ["a refusal", { kind: "answered", status: 500, text: '{"score":1}' }],
  ["a wrong shape", { kind: "answered", status: 200, text: "{}" }],
  ["a redirect", { kind: "redirected" }],
  ["a timeout", { kind: "timeout" }],
])("%s counts as a failure", async (_, reply) => {
  const { world, asker, ask } = aWorld();
  world.reply = reply;
  for (let i = 0; i < 5; i++) expect(await ask()).toBe("failed");
  expect(asker.stateOf("vendor")).toBe("open");
});

test("a service that was given less than its time is not blamed for being late", async () => {
  const { world, asker, ask } = aWorld({ budget_ms: 100 });
  world.reply = { kind: "timeout" };
  for (let i = 0; i < 10; i++) expect(await ask("d1", 30)).toBe("failed");
  expect(asker.stateOf("vendor")).toBe("closed");
});

test("an answer is used again for the same request as long as the settings say", async () => {
  const { world, ask } = aWorld({ cache_seconds: 60 });
  await ask("a");
  await ask("a");
  await ask("b");
  expect(world.sent).toBe(2);
  world.nowMs += 60_001;
  await ask("a");
  expect(world.sent).toBe(3);
});

test("a failure is not kept", async () => {
  const { world, ask } = aWorld({ cache_seconds: 60 });
  world.reply = { kind: "unreachable" };
  expect(await ask()).toBe("failed");
  world.reply = GOOD;
  expect(await ask()).toEqual({ score: 1 });
});

test.each([[["10.0.0.5"]], [["93.184.216.34", "127.0.0.1"]], [["::ffff:169.254.169.254"]], [[]]])(
  "a name that stands for %j is not asked",
  async (addresses) => {
    const { world, ask } = aWorld();
    world.addresses = addresses;
    expect(await ask()).toBe("failed");
    expect(world.sent).toBe(0);
  },
);

test("a name is resolved once in five minutes, and again after that", async () => {
  const { world, ask } = aWorld();
  for (let i = 0; i < 3; i++) await ask();
  expect(world.resolved).toBe(1);
  world.nowMs += 300_001;
  world.addresses = ["192.168.0.1"];
  expect(await ask()).toBe("failed");
  expect(world.resolved).toBe(2);
});

test("calls are counted by what came of them, and written in one go", async () => {
  const { world, meter, ask } = aWorld();
  await ask();
  await ask();
  world.reply = { kind: "timeout" };
  await ask();
  const due: Promise<unknown>[] = [];
  meter.flushWhenDue((work) => due.push(work));
  expect(due).toEqual([]);
  world.nowMs += 5_000;
  meter.flushWhenDue((work) => due.push(work));
  await Promise.all(due);
  expect(world.counted).toEqual([
    { service: "vendor", outcome: "answered", calls: 2, totalMs: 40 },
    { service: "vendor", outcome: "timeout", calls: 1, totalMs: 20 },
  ]);
});

test("an event that lacks what is asked by asks nobody; a secret that is not there is a failure", async () => {
  const { world, asker } = aWorld();
  const event = { ...aTransaction(), body: {} };
  expect(await asker.ask(compiled({}), event, 1_000)).toBe("absent");
  expect(await asker.ask(compiled({ url: "https://api.vendor.example/?k={secret.key}" }), event, 1_000)).toBe("failed");
  expect(world.sent).toBe(0);
});
