import { type Engine, type EngineHome, foreignEngine } from "./engine.ts";
import { type Engines, startBoth } from "./engines.ts";
import { startPostgres } from "./postgres/postgres-engine.ts";
import { withClient } from "./postgres/with-client.ts";
import { findRedis } from "./redis/find-redis.ts";
import { pingRedis } from "./redis/ping.ts";
import { startRedis } from "./redis/redis-engine.ts";
import { startRedisStandIn } from "./redis/stand-in.ts";

/** The engines of `npm start`: those that DATABASE_URL and REDIS_URL name, else our own; without any Redis the stand-in. */
export function startEngines(home: EngineHome, env: NodeJS.ProcessEnv): Promise<Engines> {
  const { DATABASE_URL, REDIS_URL } = env;
  const select1 = (url: string) => withClient(url, (client) => client.query("select 1"));
  return startBoth(
    DATABASE_URL ? foreignEngine("Postgres", "DATABASE_URL", DATABASE_URL, select1) : startPostgres(home),
    REDIS_URL ? foreignEngine("Redis", "REDIS_URL", REDIS_URL, pingRedis) : ownRedis(home),
  );
}

async function ownRedis(home: EngineHome): Promise<Engine> {
  const found = await findRedis(home.log, home.signal);
  if (found.ok) return startRedis(found.value, home);
  home.signal.throwIfAborted();
  home.log(
    `no real Redis (${found.error}): a JavaScript stand-in takes its place, slow and forgetful; install redis-server for the real one`,
  );
  return startRedisStandIn();
}
