import { setTimeout as pause } from "node:timers/promises";
import type { Cleanup } from "./cleanup.ts";
import { median } from "./median.ts";
import { checkOf, isFine, untilFine } from "./post/checks.ts";
import { countTraffic, type Traffic } from "./post/gateway-traffic.ts";
import { sendAll, type Target } from "./post/send-all.ts";
import { type BenchedService, startService } from "./post/start-service.ts";
import { CLIENTS, createTransactions, type Kind } from "./post/transactions.ts";
import type { Row } from "./table.ts";

const WARM_UP = 3 * CLIENTS;
const ROUNDS = 7;
const REQUESTS = 2 * CLIENTS;
const QUIET_MS = 60;
/** Above this share the figure would be of another path; with budgets of its own a busy machine stays far below. */
const MOST_STRAYS = 0.05;

/**
 * CPU of a whole POST /api/v1/analyze in workerd, beside a Hono route with one request to the same gateway, and one with two of our size.
 * Contenders take turns, each in a workerd of its own; real Redis and Postgres behind the gateways.
 * @param ruleset what a publish sends
 */
export async function benchPost(cleanup: Cleanup, log: (line: string) => void, ruleset: object): Promise<readonly Row[]> {
  const service = await startService(cleanup, log, ruleset);
  const redis = countTraffic(service.gateways.upstash.origin);
  const postgres = countTraffic(service.gateways.neon.origin);
  cleanup.add(redis.stop);
  cleanup.add(postgres.stop);
  const stores = { redis: redis.read, postgres: postgres.read };
  return [...(await benchKind("checkout", service, stores, log)), ...(await benchKind("transfer", service, stores, log))];
}

/** What reached each store until now. */
interface Stores {
  redis(): Traffic;
  postgres(): Traffic;
}
interface Contender {
  readonly target: Target;
  readonly cpu: () => number;
  readonly samples: number[];
}

async function benchKind(kind: Kind, service: BenchedService, stores: Stores, log: (line: string) => void): Promise<Row[]> {
  const strays: string[] = [];
  const next = createTransactions(kind, kind);
  const ours: Target = { ...service.ours, check: checkOf(kind, strays) };
  log(`POST, ${kind}: warming up`);
  await untilFine(ours, next);
  // Each client's first decision asks Postgres and caches what it said.
  await sendAll({ ...ours, check: isFine }, CLIENTS, next);
  const one: Target = { ...service.baseline("/echo"), check: isFine };
  const size = await sizeOf(ours, stores, next);
  const two: Target = { ...service.baseline(`/two-requests?sent=${size.sent}&received=${size.received}`), check: isFine };
  for (const target of [one, two]) await sendAll(target, WARM_UP, next);

  strays.length = 0;
  const sqlBefore = stores.postgres().requests;
  const contenders: readonly Contender[] = [
    { target: ours, cpu: service.cpu.ours, samples: [] },
    { target: one, cpu: service.cpu.baseline, samples: [] },
    { target: two, cpu: service.cpu.baseline, samples: [] },
  ];
  for (let round = 0; round < ROUNDS; round++) {
    log(`POST, ${kind}: round ${round + 1} of ${ROUNDS}`);
    for (const { target, cpu, samples } of contenders) {
      const before = cpu();
      await sendAll(target, REQUESTS, next);
      await untilQuiet(stores);
      samples.push((cpu() - before) / REQUESTS);
    }
  }
  const decisions = ROUNDS * REQUESTS;
  const astray = strays.length === 0 ? "" : ` (${[...new Set(strays)].join(", ")})`;
  if (strays.length > MOST_STRAYS * decisions)
    throw new Error(`${strays.length} of ${decisions} decisions left the measured path${astray}`);
  log(
    `POST, ${kind}: ${size.requests.toFixed(2)} requests to Redis a decision, each of ${size.sent} bytes there and ${size.received} back on average`,
  );
  log(
    `POST, ${kind}: ${stores.postgres().requests - sqlBefore} SQL requests and ${strays.length} strays${astray} in ${decisions} decisions`,
  );
  const [cost = Number.NaN, floor = Number.NaN, double = Number.NaN] = contenders.map(({ samples }) => median(samples));
  const row = (limit: string, figure: number, target: string): Row => {
    return { part: `POST, ${kind}; limit: Hono and ${limit}`, unit: "µs CPU", ours: cost, peer: null, limit: figure, target };
  };
  return [row("1 fetch", floor, "≤ 2.5× limit"), row("2 fetches of our size", double, "")];
}

/** Requests to Redis for a decision and their average bytes, headers included; warms our Worker up meanwhile. */
async function sizeOf(ours: Target, stores: Stores, next: () => string): Promise<{ requests: number; sent: number; received: number }> {
  await untilQuiet(stores);
  const before = stores.redis();
  await sendAll(ours, WARM_UP, next);
  await untilQuiet(stores);
  const after = stores.redis();
  const requests = after.requests - before.requests;
  return {
    requests: requests / WARM_UP,
    sent: Math.round((after.bytesIn - before.bytesIn) / requests),
    received: Math.round((after.bytesOut - before.bytesOut) / requests),
  };
}

/** What is done after an answer is the request's own: waits until nothing reaches a store any more. */
async function untilQuiet({ redis, postgres }: Stores): Promise<void> {
  const seen = () => redis().requests + postgres().requests;
  for (let last = -1; last !== seen(); ) {
    last = seen();
    await pause(QUIET_MS);
  }
}
