import { claimCall } from "../../../src/adapters/redis/claim-call.ts";
import { claimReads } from "../../../src/adapters/redis/claim-reads.ts";
import type { Command, RedisClient } from "../../../src/adapters/redis/client.ts";
import { createWorldKeys, SHARED_KEYS } from "../../../src/adapters/redis/keys.ts";
import { createLogUpkeep } from "../../../src/adapters/redis/log-upkeep.ts";
import { CLAIM_SCRIPT } from "../../../src/adapters/redis/scripts/claim-script.ts";
import { createTouchedEntities } from "../../../src/adapters/redis/touched-entities.ts";
import type { CanonicalEvent } from "../../../src/core/event/event.ts";
import type { Limited } from "../../../src/core/limits/limited.ts";
import { ok } from "../../../src/core/result.ts";
import type { LogReads } from "../../../src/core/velocity/column-layout.ts";
import { createDimensionHash } from "../../../src/core/velocity/dimension-hash.ts";
import { dropKeyLocking } from "../../../src/tools/local/upstash/script-alias.ts";
import type { ServedRedis } from "./served-redis.ts";

/** One way to learn what a decision needs of four entities' histories. */
export interface VelocityContender {
  readonly name: string;
  /** Commands whose time is the contender's; a script's inner ones are in the script's. */
  readonly timed: readonly string[];
  /** Makes one decision's reads and writes; gives the bytes of the replies. */
  decide(): Promise<number>;
}

const ENTITIES = ["client", "device", "ip", "card"] as const;
const HOUR_MS = 3_600_000;
const START = Date.UTC(2026, 10, 1);
const GAP_MS = 120_000;

/** Every decision counts in its caller's limit. */
const SHOP: readonly Limited[] = [{ kind: "key", id: "shop", perMinute: 1_000_000, quota: 1_000_000 }];

/** What the features that come with the product read of these four logs. */
const READS: LogReads = {
  client: ["device", "ip", "city", "dest", "position"],
  ip: ["device", "client", "card"],
  device: ["client", "card"],
  card: ["email"],
};

const hash = createDimensionHash("bench");
const keys = createWorldKeys("live", hash);
const touched = createTouchedEntities(keys);

/** The three contenders, each over `sets` of four entities that hold `events` each. */
export async function contendersOf(redis: ServedRedis, events: number, sets: number): Promise<VelocityContender[]> {
  const sha = await redis.load(CLAIM_SCRIPT);
  let made = 0;
  const next = (set: number): CanonicalEvent => {
    made += 1;
    const own = (kind: string): string => `${kind}-${events}-${set}`;
    return {
      id: `${events}-${made}`,
      stage: "",
      type: "transaction",
      transactionType: "PAYMENT",
      occurredAtMs: START + Math.floor(made / sets) * GAP_MS,
      status: "attempted",
      amountMinor: 4_990,
      dimensions: { client: own("client"), device: own("device"), ip: own("ip"), card: own("card"), city: "bonn", bin: "457173" },
      latitude: 50.7,
      longitude: 7.1,
      body: { type: "PAYMENT", amount: 49.9, currency: "EUR", client_id: own("client"), device_id: own("device") },
    };
  };
  const claim = (event: CanonicalEvent): string[][] => {
    const about = { bodyHash: "b".repeat(64), token: event.id, nowMs: event.occurredAtMs, mode: "record", budgetMs: 40 } as const;
    const request = { event, ...about, limited: SHOP, reads: READS };
    const entities = touched(event);
    const call = claimCall(request, entities, { keys, hash, format: "2" });
    return [
      ["EVALSHA", sha, String(call.keys.length), ...call.keys, ...call.args],
      ["MGET", SHARED_KEYS.pointer, ...claimReads(request, entities, { keys, withIds: false }).keys],
    ];
  };
  const sorted = (event: CanonicalEvent): string[][] =>
    ENTITIES.flatMap((kind) => {
      const key = `zset:${kind}:${event.dimensions[kind]}`;
      const at = String(event.occurredAtMs);
      return [
        ["ZADD", key, at, `${event.id}:${event.amountMinor}:${event.dimensions.device}`],
        ["ZREMRANGEBYSCORE", key, "-inf", String(event.occurredAtMs - 30 * 24 * HOUR_MS)],
        ["ZRANGE", key, "0", "-1", "WITHSCORES"],
        ["PEXPIRE", key, String(30 * 24 * HOUR_MS)],
      ];
    });
  const upkeep = createLogUpkeep(clientOver(redis), () => START);
  /** Sends claims and does what the isolate does after its responses. */
  const claimAll = async (events: readonly CanonicalEvent[], withReads: boolean): Promise<unknown> => {
    const reply = await redis.send(events.flatMap((event) => (withReads ? claim(event) : claim(event).slice(0, 1))));
    for (const [index, event] of events.entries()) {
      const script = reply[withReads ? 2 * index : index];
      const grown: unknown = Array.isArray(script) ? script[5] : [];
      for (const number of Array.isArray(grown) ? grown : []) {
        const entity = touched(event)[Number(number) - 1];
        if (entity !== undefined) upkeep.due(entity.kind, entity.keys);
      }
      if (upkeep.isDue) await upkeep.run(60_000);
    }
    return reply;
  };
  for (let filled = 0; filled < events * sets; filled += 100) {
    const batch = Array.from({ length: Math.min(100, events * sets - filled) }, (_, i) => next((filled + i) % sets));
    await claimAll(batch, false);
    await redis.send(batch.flatMap((event) => sorted(event).slice(0, 1)));
  }

  const turns = { script: 0, sorted: 0, bare: 0 };
  return [
    {
      name: "MGET",
      timed: ["mget"],
      decide: async () => {
        const set = turns.bare++ % sets;
        const logs = ENTITIES.flatMap((kind) => {
          const entity = keys.entity(kind, `${kind}-${events}-${set}`);
          return [entity.tail, entity.core, ...(READS[kind] ?? []).map(entity.column)];
        });
        return bytesOf(await redis.send([["MGET", ...logs]]));
      },
    },
    {
      name: "claim script and MGET",
      // The script's own MGET reads two short strings; counting it twice is an error of a microsecond at most.
      timed: ["evalsha", "mget"],
      decide: async () => bytesOf(await claimAll([next(turns.script++ % sets)], true)),
    },
    {
      name: "sorted sets",
      timed: ["zadd", "zremrangebyscore", "zrange", "pexpire"],
      decide: async () => bytesOf(await redis.send(sorted(next(turns.sorted++ % sets)))),
    },
  ];
}

/** The part of a client that moves rows into columns, over the bench's own connection. */
function clientOver(redis: ServedRedis): RedisClient {
  const replies = async (commands: readonly Command[]) => {
    const texts = commands
      .map((command) => command.map(String))
      .map(([name = "", script = "", ...rest]) => (name === "EVAL" ? [name, dropKeyLocking(script), ...rest] : [name, script, ...rest]));
    const isByHash = texts.some(([name]) => name === "EVALSHA");
    return ok(isByHash ? [{ result: null, error: "NOSCRIPT" }] : (await redis.send(texts)).map((result) => ({ result })));
  };
  const unused = (): never => {
    throw new Error("the upkeep of logs sends prepared commands only");
  };
  return { sendCommands: replies, send: unused, ask: unused };
}

function bytesOf(reply: unknown): number {
  if (Array.isArray(reply)) return reply.reduce((total: number, part) => total + bytesOf(part), 0);
  return reply === null || reply === undefined ? 0 : String(reply).length;
}
