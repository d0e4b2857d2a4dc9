import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRedisClient } from "../../src/adapters/redis/client.ts";
import { createListStore } from "../../src/adapters/redis/list-store.ts";
import { writeSnapshot } from "../../src/core/lists/change-log.ts";
import { type BroadEntry, MOST_SINGLES, type SingleEntry } from "../../src/core/lists/listed-entry.ts";
import { startUpstashGateway } from "../../src/tools/local/upstash/upstash-gateway.ts";
import { type Bundle, bundleWorker } from "../../src/tools/local/worker/bundle.ts";
import { begin, type Cleanup } from "./cleanup.ts";
import { median } from "./median.ts";
import { startPlatformServices } from "./post/platform-services.ts";
import { type Answer, sendAll, type Target } from "./post/send-all.ts";
import type { Row } from "./table.ts";
import { type ServedWorker, serveWorker } from "./workerd/serve-worker.ts";

const ROUNDS = 7;
const REQUESTS = 3_000;
const BROAD = 1_000;
const TOKEN = "the token of a bench";
const SECRET = "0123456789abcdef0123456789abcdef";
const VISITOR = { "cf-connecting-ip": "198.51.100.7", "cf-ray": "8f00aa11bb22cc33", "user-agent": "bench", "x-forwarded-for": "192.0.2.1" };

/**
 * CPU of a clean request through the gate, beside a Worker that only proxies, each in a workerd of its own before the same origin.
 * The lists hold as many single addresses as they may, and a thousand networks. @param redisUrl a real Redis of the bench's own
 */
export async function benchGate(cleanup: Cleanup, log: (line: string) => void, redisUrl: string): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "tollgate-bench-"));
  cleanup.add(() => rmSync(folder, { recursive: true, force: true }));
  const origin = await startOrigin(cleanup);
  const upstash = await startUpstashGateway(redisUrl, TOKEN, 0);
  cleanup.add(upstash.close);
  const platform = await startPlatformServices();
  cleanup.add(platform.close);
  const stores = { UPSTASH_REDIS_REST_URL: upstash.origin, UPSTASH_REDIS_REST_TOKEN: TOKEN, ORIGIN_URL: origin };
  const client = createRedisClient({ url: upstash.origin, token: TOKEN });
  const singles = Array.from({ length: MOST_SINGLES }, (_, place) => aSingle(place));
  const broad = Array.from({ length: BROAD }, (_, place) => aNetwork(place));
  const written = await createListStore(client, "live").putSnapshot(1, writeSnapshot({ version: 1, base: null, singles, broad }), 10_000);
  if (!written.ok) throw new Error(`the lists were not written: ${written.error.reason}`);

  log("gate: building the gate and a bare proxy");
  const gate = await bundleWorker("src/gate.ts", join(folder, "gate"));
  const bare = await bundleWorker("test/bench/gate/bare-proxy.ts", join(folder, "bare"));
  /** Each workerd keeps its configuration in a folder of its own. */
  const serve = (name: string, bundle: Bundle, vars: Readonly<Record<string, string>>): Promise<ServedWorker> => {
    const copy = join(folder, name);
    cpSync(bundle.folder, copy, { recursive: true });
    return begin(
      cleanup,
      serveWorker({ name, bundle: { ...bundle, folder: copy }, vars: { ...stores, ...vars }, platform: platform.address }),
    );
  };
  const limit = contender("", await serve("a bare proxy", bare, {}));
  const ours = [
    contender("gate, off", await serve("the gate, off", gate, { GATE_MODE: "off" })),
    contender("gate, enforce", await serve("the gate", gate, { GATE_MODE: "enforce" })),
    contender("gate, enforce, context signed", await serve("the gate, signing", gate, { GATE_MODE: "enforce", GATE_SECRET: SECRET })),
  ];
  const all = [limit, ...ours];
  for (const { target } of all) await sendAll(target, REQUESTS, () => "body");
  for (let round = 0; round < ROUNDS; round++) {
    log(`gate: round ${round + 1} of ${ROUNDS}`);
    for (const { worker, target, samples } of all) {
      const before = worker.cpu();
      await sendAll(target, REQUESTS, () => "body");
      samples.push((worker.cpu() - before) / REQUESTS);
    }
  }
  const floor = median(limit.samples);
  return ours.map(({ part, samples }) => ({ part, unit: "µs CPU", ours: median(samples), peer: null, limit: floor, target: "" }));
}

interface Contender {
  readonly part: string;
  readonly worker: ServedWorker;
  readonly target: Target;
  readonly samples: number[];
}

function contender(part: string, worker: ServedWorker): Contender {
  return { part, worker, target: { origin: worker.origin, path: "/cart?id=1", headers: VISITOR, check: isPassed }, samples: [] };
}

function isPassed({ status }: Answer): void {
  if (status !== 200) throw new Error(`a clean request got ${status}`);
}

function aSingle(place: number): SingleEntry {
  const value = `203.${place >>> 16}.${(place >>> 8) & 255}.${place & 255}`;
  return { number: place + 1, verdict: "block", value, source: "staff", expiresAtMs: null };
}

function aNetwork(place: number): BroadEntry {
  const value = `204.${place >>> 8}.${place & 255}.0/24`;
  return { ...aSingle(MOST_SINGLES + place), id: value, kind: "ip", value, reason: "bench", rules: null };
}

function startOrigin(cleanup: Cleanup): Promise<string> {
  const server = createServer({ keepAliveTimeout: 600_000 }, (request, response) => {
    request.resume();
    request.once("end", () => response.end("ok"));
  });
  cleanup.add(
    () =>
      new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  );
  return new Promise((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)),
  );
}
