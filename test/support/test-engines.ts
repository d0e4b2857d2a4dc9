import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Engines, startBoth } from "../../src/tools/local/engines.ts";
import { startPostgres } from "../../src/tools/local/postgres/postgres-engine.ts";
import { findRedis } from "../../src/tools/local/redis/find-redis.ts";
import { startRedis } from "../../src/tools/local/redis/redis-engine.ts";
import { Refusal } from "../../src/tools/local/refusal.ts";
import { createSecrets } from "../../src/tools/local/secrets.ts";

/** Engines of a test's own, on free ports and in a temporary folder that `stop` removes. Never the stand-in. */
export async function startTestEngines(): Promise<Engines> {
  const folder = mkdtempSync(join(tmpdir(), "tollgate-test-"));
  const forget = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  // A run that is interrupted gets no further than this.
  process.once("exit", forget);
  const home = {
    folder,
    password: createSecrets().engineSecret,
    keeping: "disposable",
    signal: new AbortController().signal,
    log: () => {},
  } as const;
  const redis = async () => {
    const found = await findRedis(console.log, home.signal);
    if (!found.ok) throw new Refusal(`the tests need a real Redis (${found.error}); install redis-server and run them again`);
    return startRedis(found.value, home);
  };
  try {
    const engines = await startBoth(startPostgres(home), redis());
    return {
      ...engines,
      stop: async () => {
        await engines.stop();
        process.off("exit", forget);
        forget();
      },
    };
  } catch (error) {
    forget();
    throw error;
  }
}
