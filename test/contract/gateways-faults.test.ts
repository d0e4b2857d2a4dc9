import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { FaultInput } from "../../src/tools/local/gateway/fault.ts";
import { createTestGateways, type TestGateways } from "../support/test-gateways.ts";

let gateways: TestGateways;
beforeAll(async () => {
  gateways = await createTestGateways("owner");
});
afterEach(() => {
  gateways.upstash.faults.set([]);
  gateways.neon.faults.set([]);
});
afterAll(() => gateways.close());

const redis = (...command: string[]) =>
  fetch(gateways.upstash.origin, {
    method: "POST",
    headers: { authorization: `Bearer ${gateways.vars.UPSTASH_REDIS_REST_TOKEN}` },
    body: JSON.stringify(command),
  });
const resultOf = async (...command: string[]) => ((await (await redis(...command)).json()) as { result: unknown }).result;
const postgres = (query: string) =>
  fetch(gateways.vars.NEON_HTTP_ENDPOINT, {
    method: "POST",
    headers: { "neon-connection-string": gateways.vars.DATABASE_URL, "neon-raw-text-output": "true" },
    body: JSON.stringify({ query }),
  });
const faultsOver = (origin: string, faults: unknown) => fetch(`${origin}/__faults`, { method: "PUT", body: JSON.stringify(faults) });

test("a dropped answer follows a command that was carried out", async () => {
  gateways.upstash.faults.set([{ kind: "drop_answer", match: "INCR", times: 1 }]);
  await expect(redis("INCR", "dropped")).rejects.toThrow();
  expect(await resultOf("GET", "dropped")).toBe("1");
});

test("a refused connection carries nothing out", async () => {
  gateways.upstash.faults.set([{ kind: "refuse", times: 1 }]);
  await expect(redis("INCR", "refused")).rejects.toThrow();
  expect(await resultOf("GET", "refused")).toBe(null);
});

test("a status is answered instead of running the statement", async () => {
  gateways.neon.faults.set([{ kind: "status", status: 503, match: "create table" }]);
  expect((await postgres("create table never (a int)")).status).toBe(503);
  expect(await (await postgres("select to_regclass('never') as found")).json()).toMatchObject({ rows: [{ found: null }] });
});

test("a delay holds up only what it names", async () => {
  gateways.upstash.faults.set([{ kind: "delay", ms: 300_000, match: "SLOW" }]);
  const slow = redis("GET", "SLOW").then(
    () => "slow",
    () => "ended",
  );
  const quick = redis("GET", "quick").then(() => "quick");
  expect(await Promise.race([slow, quick])).toBe("quick");
});

test("one in five answers is dropped, and every command is still carried out", async () => {
  gateways.upstash.faults.set([{ kind: "drop_answer", probability: 0.2 }]);
  const answers = await Promise.allSettled(Array.from({ length: 400 }, () => redis("INCR", "counted")));
  gateways.upstash.faults.set([]);
  const dropped = answers.filter((answer) => answer.status === "rejected").length;
  expect(dropped).toBeGreaterThan(30);
  expect(dropped).toBeLessThan(150);
  expect(await resultOf("GET", "counted")).toBe("400");
});

test("faults are set and read over HTTP on either gateway", async () => {
  const faults: FaultInput[] = [{ kind: "status", status: 500, match: "PING", probability: 1 }];
  for (const origin of [gateways.upstash.origin, gateways.neon.origin]) {
    expect(await (await faultsOver(origin, faults)).json()).toEqual(faults);
    expect(await (await fetch(`${origin}/__faults`)).json()).toEqual(faults);
  }
  expect((await redis("PING")).status).toBe(500);
  expect((await redis("GET", "a")).status).toBe(200);
});

test("a fault that does not exist changes nothing", async () => {
  gateways.upstash.faults.set([{ kind: "refuse", match: "NEVER" }]);
  const answer = await faultsOver(gateways.upstash.origin, [{ kind: "explode" }]);
  expect(answer.status).toBe(422);
  expect(gateways.upstash.faults.list()).toEqual([{ kind: "refuse", match: "NEVER", probability: 1 }]);
});
