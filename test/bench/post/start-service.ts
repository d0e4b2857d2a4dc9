import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Gateways, startGateways } from "../../../src/tools/local/gateways.ts";
import { applyMigrations } from "../../../src/tools/local/migrations.ts";
import { createSecrets } from "../../../src/tools/local/secrets.ts";
import { seedKeys } from "../../../src/tools/local/seed-keys.ts";
import { bundleWorker } from "../../../src/tools/local/worker/bundle.ts";
import { startTestEngines } from "../../support/test-engines.ts";
import { begin, type Cleanup } from "../cleanup.ts";
import { type ServedWorker, serveWorker } from "../workerd/serve-worker.ts";
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
export const PATIENCE = {
  DEADLINE_MS: "10000",
  KEY_BUDGET_MS: "5000",
  VELOCITY_BUDGET_MS: "5000",
  AGGREGATES_BUDGET_MS: "5000",
  RULESET_BUDGET_MS: "5000",
};

/** Real engines, both gateways, our Worker with a published ruleset and the baseline, each in a workerd of its own. */
export async function startService(cleanup: Cleanup, log: (line: string) => void, ruleset: object): Promise<BenchedService> {
  const { folder, gateways, cpus, targets } = await startWorkers({ cleanup, log, ruleset, budgets: [PATIENCE] });
  const [cpu] = cpus;
  const [ours] = targets;
  if (cpu === undefined || ours === undefined) throw new Error("no Worker was started");
  log("building the baseline");
  const baseline = await begin(
    cleanup,
    serveWorker({
      name: "the baseline",
      bundle: await bundleWorker("test/bench/post/baseline.ts", join(folder, "baseline")),
      vars: gateways.vars,
      platform: null,
    }),
  );
  return {
    gateways,
    cpu: { ours: cpu, baseline: baseline.cpu },
    ours,
    baseline: (path) => ({ origin: baseline.origin, path, headers: {} }),
  };
}

export interface Workers {
  readonly folder: string;
  readonly gateways: Gateways;
  /** One for each budget, in that order. */
  readonly targets: readonly Omit<Target, "check">[];
  readonly cpus: readonly (() => number)[];
}
export interface WorkersPlan {
  readonly cleanup: Cleanup;
  readonly log: (line: string) => void;
  /** What a publish sends. */
  readonly ruleset: object;
  /** Variables of each Worker; the first gets the publish, so its budgets must suffice for it. */
  readonly budgets: readonly Readonly<Record<string, string>>[];
}

/** Our Worker, once for each set of budgets, in a workerd of its own over the same stores; the ruleset is published. */
export async function startWorkers({ cleanup, log, ruleset, budgets }: WorkersPlan): Promise<Workers> {
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

  log("building the Worker");
  const bundle = await bundleWorker("src/index.ts", join(folder, "ours"));
  const served: ServedWorker[] = [];
  for (const [i, budget] of budgets.entries()) {
    const own = join(folder, `ours-${i}`);
    cpSync(bundle.folder, own, { recursive: true });
    const plan = { name: "tollgate", bundle: { ...bundle, folder: own }, vars: { ...vars, ...budget }, platform: platform.address };
    served.push(await begin(cleanup, serveWorker(plan)));
  }
  const origin = served[0]?.origin ?? "";
  const context = { baseUrl: origin, databaseUrl: vars.DATABASE_URL, neonEndpoint: vars.NEON_HTTP_ENDPOINT, hashSecret: vars.HASH_SECRET };
  const keys = await seedKeys({ ...context, dataDir: folder });
  await publish(origin, keys.admin, ruleset);
  const headers = { "x-api-key": keys.api, "cf-connecting-ip": "198.51.100.1" };
  return {
    folder,
    gateways,
    targets: served.map((worker) => ({ origin: worker.origin, path: "/api/v1/analyze", headers })),
    cpus: served.map(({ cpu }) => cpu),
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
