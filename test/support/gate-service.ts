import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRedisClient } from "../../src/adapters/redis/client.ts";
import { createListStore } from "../../src/adapters/redis/list-store.ts";
import { parseNetwork } from "../../src/core/address/network.ts";
import { compileAddressList } from "../../src/core/lists/base/compile-address-list.ts";
import { type BasePointer, writeChanges, writeSnapshot } from "../../src/core/lists/change-log.ts";
import { type EntrySet, NO_ENTRIES } from "../../src/core/lists/listed-entry.ts";
import { digestHex } from "../../src/core/secrecy/digest-hex.ts";
import { type Bundle, bundleWorker } from "../../src/tools/local/worker/bundle.ts";
import { type ServedWorker, serveWorker } from "../bench/workerd/serve-worker.ts";
import { type GateOrigin, startOrigin } from "./gate-origin.ts";
import { createTestGateways, type TestGateways } from "./test-gateways.ts";
import { AMPLE_MS, answered } from "./velocity.ts";

/** Workers KV and the outbox queue over HTTP, as workerd asks for them. */
export interface TestKv {
  readonly address: string;
  readonly values: Map<string, Buffer>;
  /** `away` answers 500 to everything. */
  state: "well" | "away";
  /** The queue takes nothing: it answers 500, or never. */
  queue: "fails" | "hangs";
  /** Messages that were sent to the queue. */
  queued: number;
  close(): Promise<void>;
}

/** The gate Worker under `workerd serve`, in front of a real origin, over a real Redis and a KV of its own. */
export interface GateService {
  readonly gateways: TestGateways;
  readonly kv: TestKv;
  readonly origin: GateOrigin;
  readonly bundle: Bundle;
  /** A gate in a workerd of its own: a cold isolate. @param vars variables beside the stores and the origin */
  serve(name: string, vars?: Readonly<Record<string, string>>): Promise<ServedWorker>;
  /** Publishes lists whole: blocks of the base by network, and people's entries. Gives the version. */
  publish(base: readonly string[], entries: Partial<EntrySet>): Promise<number>;
  /** Publishes what changed since, under the base that is there. */
  change(entries: Partial<EntrySet>): Promise<number>;
  /** Copies what the last `publish` said to KV, as the schedule does, with these entries. */
  checkpoint(entries: Partial<EntrySet>): Promise<void>;
  /** Takes everything out of Redis. */
  emptyRedis(): Promise<void>;
  /** Publishes a text in place of a snapshot. */
  publishText(text: string): Promise<void>;
  close(): Promise<void>;
}

export async function startGateService(): Promise<GateService> {
  const folder = mkdtempSync(join(tmpdir(), "tollgate-gate-"));
  const [gateways, kv, origin] = await Promise.all([createTestGateways(), startKv(), startOrigin()]);
  const bundle = await bundleWorker("src/gate.ts", join(folder, "gate"));
  const { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token } = gateways.vars;
  const redis = createRedisClient({ url, token });
  const lists = createListStore(redis, "live");
  const served: ServedWorker[] = [];
  let version = 0;
  let pointer: BasePointer | null = null;
  return {
    gateways,
    kv,
    origin,
    bundle,
    async serve(name, vars = {}) {
      const stores = { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token };
      const all = { ...stores, GATE_MODE: "enforce", ORIGIN_URL: origin.origin, GATE_SECRET: "0123456789abcdef0123456789abcdef", ...vars };
      const worker = await serveWorker({ name, bundle, vars: all, platform: kv.address });
      served.push(worker);
      return worker;
    },
    async publish(base, entries) {
      version += 1;
      pointer = base.length === 0 ? null : await putBase(kv, base);
      answered(await lists.putSnapshot(version, writeSnapshot({ version, base: pointer, ...NO_ENTRIES, ...entries }), AMPLE_MS));
      return version;
    },
    async change(entries) {
      const from = version;
      version += 1;
      const text = writeChanges({ from, to: version, base: pointer, ...NO_ENTRIES, ...entries });
      if (answered(await lists.append({ from, to: version, text }, AMPLE_MS)) !== version) throw new Error("the changes do not follow");
      return version;
    },
    async checkpoint(entries) {
      const text = writeSnapshot({ version, base: pointer, ...NO_ENTRIES, ...entries });
      kv.values.set(`lists:live:snapshot:${version}`, Buffer.from(text));
      kv.values.set("lists:live:head", Buffer.from(JSON.stringify({ version, snapshot: version, changes: [], writtenAtMs: 0 })));
    },
    async emptyRedis() {
      answered(await redis.ask((pipeline) => pipeline.flushdb(), AMPLE_MS));
    },
    async publishText(text) {
      version += 1;
      answered(await lists.putSnapshot(version, text, AMPLE_MS));
    },
    async close() {
      // Connections that stay open would keep workerd from ending at once.
      await Promise.all([kv.close(), origin.close()]);
      await Promise.all(served.map((worker) => worker.stop()));
      await gateways.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function putBase(kv: TestKv, networks: readonly string[]): Promise<BasePointer> {
  const entries = networks.flatMap((text, number) => {
    const network = parseNetwork(text);
    return network === null ? [] : [{ network, role: "block" as const, source: "feed", number, expiresAtMs: null }];
  });
  const bytes = compileAddressList(entries, { nowMs: 0 });
  const hash = await digestHex("SHA-256", new Uint8Array(bytes));
  kv.values.set(`lists:base:${hash}`, Buffer.from(bytes));
  return { hash, parts: [hash] };
}

function startKv(): Promise<TestKv> {
  const values = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    if (request.method === "POST") {
      kv.queued += 1;
      if (kv.queue === "fails") response.writeHead(500).end();
      return;
    }
    const key = decodeURIComponent(new URL(request.url ?? "/", "http://kv").pathname.slice(1));
    const value = values.get(key);
    if (kv.state === "away") response.writeHead(500).end();
    else response.writeHead(value === undefined ? 404 : 200).end(value);
  });
  const kv: TestKv = {
    address: "",
    values,
    state: "well",
    queue: "fails",
    queued: 0,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(Object.assign(kv, { address: `127.0.0.1:${(server.address() as AddressInfo).port}` })));
  });
}
