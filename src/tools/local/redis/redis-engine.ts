import { mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Engine, EngineHome } from "../engine.ts";
import { freePort } from "../free-port.ts";
import { supervise } from "../process/supervised.ts";
import { pingRedis } from "./ping.ts";
import type { RedisProgram } from "./redis-program.ts";

/** Logical databases; a test file takes one. */
export const REDIS_DATABASES = 512;

/** Runs a Redis on a free port; a durable one writes its log to disk every second (D9). */
export async function startRedis(program: RedisProgram, { folder, password, keeping, signal, log }: EngineHome): Promise<Engine> {
  const home = join(folder, "redis");
  mkdirSync(home, { recursive: true, mode: 0o700 });
  mkdirSync(join(folder, "run"), { recursive: true });
  const port = await freePort();
  const url = `redis://:${password}@127.0.0.1:${port}`;
  const config = [
    `port ${port}`,
    "bind 127.0.0.1",
    `dir ${JSON.stringify(home)}`,
    `requirepass ${password}`,
    `databases ${REDIS_DATABASES}`,
    `appendonly ${keeping === "durable" ? "yes" : "no"}`,
    "appendfsync everysec",
    'save ""',
  ];
  const server = await supervise(
    {
      name: "Redis",
      command: program.path,
      args: ["-"],
      cwd: home,
      env: { PATH: process.env.PATH, LC_ALL: "C", LD_LIBRARY_PATH: program.libraries.join(delimiter) },
      user: null,
      input: `${config.join("\n")}\n`,
      stopSignal: "SIGTERM",
      logFile: join(folder, "run/redis.log"),
      markFile: join(folder, "run/redis.json"),
      signal,
      probe: () => pingRedis(url),
    },
    log,
  );
  return { ...server, url, about: `${program.about} on port ${port}` };
}
