import { contendersOf, type VelocityContender } from "./velocity/contenders.ts";
import { type ServedRedis, serveRedis } from "./velocity/served-redis.ts";

const ROUNDS = 7;
/** How much history each entity holds; enough different entities that a run adds little to it. */
const HISTORIES = [
  { events: 100, sets: 200, calls: 400 },
  { events: 10_000, sets: 4, calls: 40 },
] as const;

/** Median figures of one contender for one decision on four entities. */
export interface VelocityCost {
  readonly contender: string;
  readonly events: number;
  /** Time in the commands themselves, without parsing and the network, microseconds. */
  readonly commandMicroseconds: number;
  /** Redis's own CPU for everything, user and system, microseconds. */
  readonly cpuMicroseconds: number;
  /** Commands Upstash bills: a script as one plus each of its inner calls. */
  readonly commands: number;
  readonly replyBytes: number;
}

/**
 * What one decision costs the Redis server: the claim script beside a pipeline of sorted sets and a bare MGET of the same logs, interleaved.
 * @param redisUrl a Redis to empty and use; without one it starts its own
 */
export async function benchVelocity(redisUrl?: string): Promise<VelocityCost[]> {
  const redis = await serveRedis(redisUrl);
  try {
    const costs: VelocityCost[] = [];
    for (const history of HISTORIES) costs.push(...(await measure(redis, history)));
    return costs;
  } finally {
    await redis.close();
  }
}

async function measure(redis: ServedRedis, { events, sets, calls }: (typeof HISTORIES)[number]): Promise<VelocityCost[]> {
  const contenders = await contendersOf(redis, events, sets);
  const samples = contenders.map((): VelocityCost[] => []);
  for (let round = -1; round < ROUNDS; round++)
    for (const [i, contender] of contenders.entries()) {
      const cost = await run(redis, contender, events, calls);
      if (round >= 0) samples[i]?.push(cost);
    }
  return contenders.map(({ name }, i) => {
    const of = (figure: (cost: VelocityCost) => number): number => median((samples[i] ?? []).map(figure));
    return {
      contender: name,
      events,
      commandMicroseconds: of((cost) => cost.commandMicroseconds),
      cpuMicroseconds: of((cost) => cost.cpuMicroseconds),
      commands: of((cost) => cost.commands),
      replyBytes: of((cost) => cost.replyBytes),
    };
  });
}

async function run(redis: ServedRedis, contender: VelocityContender, events: number, calls: number): Promise<VelocityCost> {
  await redis.reset();
  let replyBytes = 0;
  for (let call = 0; call < calls; call++) replyBytes += await contender.decide();
  const { cpuMicroseconds, commands } = await redis.usage();
  const timed = contender.timed.reduce((total, name) => total + (commands.get(name)?.microseconds ?? 0), 0);
  const billed = [...commands.values()].reduce((total, command) => total + command.calls, 0);
  return {
    contender: contender.name,
    events,
    commandMicroseconds: timed / calls,
    cpuMicroseconds: cpuMicroseconds / calls,
    commands: billed / calls,
    replyBytes: replyBytes / calls,
  };
}

function median(samples: readonly number[]): number {
  return [...samples].sort((a, b) => a - b)[samples.length >> 1] ?? Number.NaN;
}

/** The costs as lines of text, one contender a line. */
export function velocityTable(costs: readonly VelocityCost[]): string {
  const lines = costs.map((cost) => {
    const bare = costs.find(({ events, contender }) => events === cost.events && contender === "MGET")?.cpuMicroseconds ?? Number.NaN;
    const figures = [
      cost.commandMicroseconds.toFixed(1),
      cost.cpuMicroseconds.toFixed(1),
      `${(cost.cpuMicroseconds / bare).toFixed(1)}×`,
      cost.commands.toFixed(0),
      Math.round(cost.replyBytes).toLocaleString("en"),
    ];
    return `${`${cost.contender}, ${cost.events.toLocaleString("en")} events`.padEnd(40)}${figures.map((figure) => figure.padStart(12)).join("")}`;
  });
  const head = ["commands µs", "CPU µs", "of MGET", "commands", "bytes"].map((name) => name.padStart(12)).join("");
  return [`${"velocity, Redis's cost of a decision".padEnd(40)}${head}`, ...lines].join("\n");
}

if (import.meta.main) console.log(velocityTable(await benchVelocity(process.argv[2])));
