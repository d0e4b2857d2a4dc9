import type { Engine } from "./engine.ts";

/** The two databases of a local stack. */
export interface Engines {
  readonly postgres: Engine;
  readonly redis: Engine;
  stop(): Promise<void>;
}

/** Starts both at once; when one fails, neither is left running. */
export async function startBoth(postgres: Promise<Engine>, redis: Promise<Engine>): Promise<Engines> {
  const [database, cache] = await Promise.allSettled([postgres, redis]);
  if (database.status === "rejected" || cache.status === "rejected") {
    await Promise.all([database, cache].map((engine) => (engine.status === "fulfilled" ? engine.value.stop() : undefined)));
    throw database.status === "rejected" ? database.reason : (cache as PromiseRejectedResult).reason;
  }
  const engines = { postgres: database.value, redis: cache.value };
  return {
    ...engines,
    stop: async () => {
      await Promise.all([engines.postgres.stop(), engines.redis.stop()]);
    },
  };
}
