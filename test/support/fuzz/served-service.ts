import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DevelopmentKeys, seedKeys } from "../../../src/tools/local/seed-keys.ts";
import { defaultRuleset } from "../../../src/tools/local/seed-ruleset.ts";
import { bundleWorker } from "../../../src/tools/local/worker/bundle.ts";
import { startPlatformServices } from "../../bench/post/platform-services.ts";
import { serveWorker } from "../../bench/workerd/serve-worker.ts";
import { createTestGateways } from "../test-gateways.ts";

/** The service in a workerd without a proxy before it: what tens of thousands of requests need. */
export interface ServedService {
  readonly origin: string;
  readonly keys: DevelopmentKeys;
  stop(): Promise<void>;
}

/** Nothing may be refused because a shared machine is slow. */
const PATIENCE = {
  DEADLINE_MS: "20000",
  KEY_BUDGET_MS: "10000",
  VELOCITY_BUDGET_MS: "10000",
  AGGREGATES_BUDGET_MS: "10000",
  RULESET_BUDGET_MS: "10000",
};

/** Starts it over stores of its own, with the packs of `rules/` published. */
export async function serveService(vars: Readonly<Record<string, string>>): Promise<ServedService> {
  const folder = mkdtempSync(join(tmpdir(), "tollgate-fuzz-"));
  const gateways = await createTestGateways();
  const platform = await startPlatformServices();
  const given = { ...gateways.vars, ...PATIENCE, ...vars };
  const bundle = await bundleWorker("src/index.ts", folder);
  const served = await serveWorker({
    name: "tollgate",
    bundle,
    vars: given,
    platform: platform.address,
  });
  const { DATABASE_URL, NEON_HTTP_ENDPOINT, HASH_SECRET } = gateways.vars;
  const keys = await seedKeys({
    baseUrl: served.origin,
    databaseUrl: DATABASE_URL,
    neonEndpoint: NEON_HTTP_ENDPOINT,
    hashSecret: HASH_SECRET,
    dataDir: folder,
  });
  const published = await fetch(`${served.origin}/api/admin/fraud-rules/publish`, {
    method: "POST",
    headers: { "x-api-key": keys.admin, "content-type": "application/json" },
    body: JSON.stringify(defaultRuleset()),
  });
  const stop = async (): Promise<void> => {
    await served.stop();
    await platform.close();
    await gateways.close();
    rmSync(folder, { recursive: true, force: true });
  };
  if (!published.ok) {
    const said = await published.text();
    await stop();
    throw new Error(`the ruleset was not published: ${said.slice(0, 500)}`);
  }
  return { origin: served.origin, keys, stop };
}
