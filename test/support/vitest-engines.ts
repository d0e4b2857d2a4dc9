import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { buildAssets } from "../../src/tools/build/assets.ts";
import { REPOSITORY } from "../../src/tools/local/repository.ts";
import { createTemplate } from "./database-template.ts";
import { startTestEngines } from "./test-engines.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the run's engines are, with a migrated database `tollgate_template` to copy. */
    engines: { readonly postgresUrl: string; readonly redisUrl: string };
  }
}

interface SharedEngines {
  readonly started: ReturnType<typeof start>;
  users: number;
}
/** Two projects ask for engines, each through its own copy of this module: one run has one pair of engines. */
const shared = globalThis as { tollgateTestEngines?: SharedEngines };

/** Vitest's global set-up of the projects that need engines. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  shared.tollgateTestEngines ??= { started: start(), users: 0 };
  const entry = shared.tollgateTestEngines;
  entry.users += 1;
  const { postgres, redis, stop } = await entry.started;
  project.provide("engines", { postgresUrl: postgres.url, redisUrl: redis.url });
  return async () => {
    entry.users -= 1;
    if (entry.users > 0) return;
    delete shared.tollgateTestEngines;
    await stop();
  };
}

async function start() {
  // The Worker's configuration names this folder, and a clean clone does not have it.
  buildAssets(join(REPOSITORY, "dist/assets"));
  const engines = await startTestEngines();
  try {
    await createTemplate(engines.postgres.url, engines.redis.url);
    return engines;
  } catch (error) {
    await engines.stop();
    throw error;
  }
}
