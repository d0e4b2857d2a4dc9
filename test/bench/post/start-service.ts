import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Gateways, startGateways } from "../../../src/tools/local/gateways.ts";
import { applyMigrations } from "../../../src/tools/local/migrations.ts";
import { createSecrets } from "../../../src/tools/local/secrets.ts";
import { seedKeys } from "../../../src/tools/local/seed-keys.ts";
import { bundleWorker } from "../../../src/tools/local/worker/bundle.ts";
import { startTestEngines } from "../../support/test-engines.ts";
import { begin, type Cleanup } from "../cleanup.ts";
import { serveWorker } from "../workerd/serve-worker.ts";
import { startPlatformServices } from "./platform-services.ts";
import type { Target } from "./send-all.ts";

export interface BenchedService {
  readonly gateways: Gateways;
  /** CPU that either workerd has used until now, microseconds. */
  readonly cpu: { ours(): number; baseline(): number };
  /** Our Worker, with an API key. */
  readonly ours: Omit<Target, "check">;
  /** A route of the baseline. */
  baseline(path: string): Omit<Target, "check">;
}

/** Deadlines are not what is measured: a shared machine must not turn a late answer into a decision without Redis. */
const PATIENCE = {
  DEADLINE_MS: "10000",
  KEY_BUDGET_MS: "5000",
  VELOCITY_BUDGET_MS: "5000",
  AGGREGATES_BUDGET_MS: "5000",
  RULESET_BUDGET_MS: "5000",
};

/** Real engines, both gateways, our Worker with a published ruleset and the baseline, each in a workerd of its own. */
export async function startService(cleanup: Cleanup, log: (line: string) => void, ruleset: object): Promise<BenchedService> {
  const folder = mkdtempSync(join(tmpdir(), "tollgate-bench-"));
  cleanup.add(() => rmSync(folder, { recursive: true, force: true }));
  log("starting Postgres and Redis");
  const engines = await begin(cleanup, startTestEngines());
  const gateways = await startGateways(engines.postgres.url, engines.redis.url, createSecrets());
  cleanup.add(gateways.close);
  const { vars } = gateways;
  await applyMigrations(vars.DATABASE_URL, vars.NEON_HTTP_ENDPOINT);
  const platform = await startPlatformServices();
  cleanup.add(platform.close);

  log("building the Worker and the baseline");
  const ours = await begin(
    cleanup,
    serveWorker({
      name: "tollgate",
      bundle: await bundleWorker("src/index.ts", join(folder, "ours")),
      vars: { ...vars, ...PATIENCE },
      platform: platform.address,
    }),
  );
  const baseline = await begin(
    cleanup,
    serveWorker({
      name: "the baseline",
      bundle: await bundleWorker("test/bench/post/baseline.ts", join(folder, "baseline")),
      vars,
      platform: null,
    }),
  );
  const context = {
    baseUrl: ours.origin,
    databaseUrl: vars.DATABASE_URL,
    neonEndpoint: vars.NEON_HTTP_ENDPOINT,
    hashSecret: vars.HASH_SECRET,
  };
  const keys = await seedKeys({ ...context, dataDir: folder });
  await publish(ours.origin, keys.admin, ruleset);
  return {
    gateways,
    cpu: { ours: ours.cpu, baseline: baseline.cpu },
    ours: { origin: ours.origin, path: "/api/v1/analyze", headers: { "x-api-key": keys.api, "cf-connecting-ip": "198.51.100.1" } },
    baseline: (path) => ({ origin: baseline.origin, path, headers: {} }),
  };
}

async function publish(origin: string, key: string, ruleset: object): Promise<void> {
  const answer = await fetch(`${origin}/api/admin/fraud-rules/publish`, {
    method: "POST",
    headers: { "x-api-key": key, "content-type": "application/json" },
    body: JSON.stringify(ruleset),
  });
  if (!answer.ok) throw new Error(`the ruleset was not published: ${(await answer.text()).slice(0, 500)}`);
}
