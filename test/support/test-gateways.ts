import { createClient } from "@redis/client";
import { inject } from "vitest";
import { type Gateways, startGateways } from "../../src/tools/local/gateways.ts";
import { asApplication } from "../../src/tools/local/postgres/application-role.ts";
import { REDIS_DATABASES } from "../../src/tools/local/redis/redis-engine.ts";
import { createSecrets } from "../../src/tools/local/secrets.ts";
import { dropDatabase, freshDatabase } from "./database-template.ts";

/** Gateways over a database and a Redis that nobody else uses, with the engines' own addresses for looking behind them. */
export interface TestGateways extends Gateways {
  readonly postgresUrl: string;
  readonly redisUrl: string;
}

/**
 * For one test file: its own migrated database, its own logical Redis, its own gateways with faults of their own. Postgres is reached as the
 * application's role, with no more rights than in production; `owner` is for what makes tables of its own. `postgresUrl` is always the owner's.
 */
export async function createTestGateways(role: "application" | "owner" = "application"): Promise<TestGateways> {
  const engines = inject("engines");
  const redisUrl = await emptyRedis(engines.redisUrl);
  const postgresUrl = await freshDatabase(engines.postgresUrl);
  const gateways = await startGateways(role === "owner" ? postgresUrl : asApplication(postgresUrl), redisUrl, createSecrets());
  const close = async () => {
    await gateways.close();
    await dropDatabase(postgresUrl);
  };
  return { ...gateways, postgresUrl, redisUrl, close };
}

/** Takes the next logical database, counted in the one that no test gets; after the last it begins anew. */
export async function emptyRedis(url: string): Promise<string> {
  const client = await createClient({ url, RESP: 2 }).connect();
  const number = await client.incr("taken");
  const database = 1 + (number % (REDIS_DATABASES - 1));
  await client.select(database);
  await client.flushDb();
  client.destroy();
  return `${url}/${database}`;
}
