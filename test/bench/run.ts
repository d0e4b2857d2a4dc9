import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findRedis } from "../../src/tools/local/redis/find-redis.ts";
import { startRedis } from "../../src/tools/local/redis/redis-engine.ts";
import { Refusal } from "../../src/tools/local/refusal.ts";
import { createSecrets } from "../../src/tools/local/secrets.ts";
import { defaultRuleset } from "../../src/tools/local/seed-ruleset.ts";
import { benchBacktest } from "./backtest.ts";
import { begin, type Cleanup } from "./cleanup.ts";
import { benchDecision } from "./decision.ts";
import { benchDistance } from "./distance.ts";
import { benchGate } from "./gate.ts";
import { benchLists } from "./lists.ts";
import { machineLine } from "./machine.ts";
import { benchModel } from "./model.ts";
import { benchPost } from "./post.ts";
import { rowsOfBacktest, rowsOfModel, rowsOfRules, rowsOfVelocity } from "./rows.ts";
import { benchRules } from "./rules.ts";
import { type Row, tableOf } from "./table.ts";
import { benchVelocity } from "./velocity.ts";

interface Part {
  readonly heading: string;
  measure(cleanup: Cleanup, log: (line: string) => void): Promise<readonly Row[]>;
}

export const PARTS = {
  rules: {
    heading: "Rules: one event, about 4 tests a rule over 35 features, in Node; the limit is the same rules as a hand-written JS module",
    measure: async () => rowsOfRules(await benchRules()),
  },
  model: {
    heading: "Model: models/transfer in the Worker's own runtime (WASM), in Node; the limit is its trees walked in typed arrays",
    measure: async () => rowsOfModel(await benchModel()),
  },
  backtest: {
    heading: "Backtest: the default packs over stored decisions in memory, one core, in Node; the limit is reading the facts and the rules",
    measure: async () => rowsOfBacktest(benchBacktest()),
  },
  lists: {
    heading: "Lists: one address, as text, in a list of networks, in Node; the peer is mmdb-lib",
    measure: async (_, log) => benchLists(log),
  },
  velocity: {
    heading: "Velocity: one decision on 4 entities, cost to the Redis server; the peer is a pipeline of sorted sets, the limit a bare MGET",
    measure: async (cleanup) => rowsOfVelocity(await benchVelocity(await ownRedis(cleanup))),
  },
  decision: {
    heading: "Decision: the pure parts on a checkout of a client with 20 events, in workerd",
    measure: (cleanup, log) => benchDecision(cleanup, log, defaultRuleset()),
  },
  gate: {
    heading: "Gate: a clean request to an origin on this machine, CPU of the workerd process; the limit is a Worker that only proxies",
    measure: async (cleanup, log) => benchGate(cleanup, log, await ownRedis(cleanup)),
  },
  post: {
    heading: "POST /api/v1/analyze: the whole path with what follows the answer, CPU of the workerd process; real Redis behind the gateway",
    measure: (cleanup, log) => benchPost(cleanup, log, defaultRuleset()),
  },
  distance: {
    heading: "Distance: time added before every request to Redis and Postgres, as a caller sees it; the limit is one round trip",
    measure: (cleanup, log) => benchDistance(cleanup, log, defaultRuleset()),
  },
} as const satisfies Readonly<Record<string, Part>>;
export type PartName = keyof typeof PARTS;

export interface Run {
  readonly parts: readonly PartName[];
  readonly cleanup: Cleanup;
  /** Progress. */
  log(line: string): void;
  /** Results. */
  print(text: string): void;
}

/**
 * Measures each part, contenders in turns, and prints a table for it; a part that cannot be measured here is told in one sentence.
 * @returns whether all parts were measured, but for those this machine lacks something for
 */
export async function runBench({ parts, cleanup, log, print }: Run): Promise<boolean> {
  let isWhole = true;
  print(machineLine(new Date()));
  print(
    "Medians over rounds in which the contenders of a table take turns, but for what is quoted or run afterwards. Ratios hold from run to run, absolute times do not.\n",
  );
  for (const name of parts) {
    const part: Part = PARTS[name];
    log(`${name}: begins`);
    try {
      print(`${part.heading}\n\n${tableOf(await part.measure(cleanup, log))}\n`);
    } catch (error) {
      print(`${part.heading}\n\nnot measured: ${(error as Error).message}\n`);
      if (!(error instanceof Refusal)) isWhole = false;
    }
    await cleanup.run();
  }
  return isWhole;
}

async function ownRedis(cleanup: Cleanup): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "tollgate-bench-"));
  cleanup.add(() => rmSync(folder, { recursive: true, force: true }));
  const giveUp = new AbortController();
  cleanup.add(() => giveUp.abort());
  const found = await findRedis(console.error, giveUp.signal);
  if (!found.ok) throw new Refusal(`there is no real Redis (${found.error}); install redis-server`);
  const home = {
    folder,
    password: createSecrets().engineSecret,
    keeping: "disposable",
    signal: giveUp.signal,
    log: console.error,
  } as const;
  const redis = await begin(cleanup, startRedis(found.value, home));
  return redis.url;
}
