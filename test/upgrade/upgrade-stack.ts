import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@redis/client";
import { Client } from "pg";
import { inject } from "vitest";
import { createTestHarness } from "wrangler";
import { startGateways } from "../../src/tools/local/gateways.ts";
import { applyMigrations } from "../../src/tools/local/migrations.ts";
import { asApplication } from "../../src/tools/local/postgres/application-role.ts";
import { REPOSITORY } from "../../src/tools/local/repository.ts";
import { createSecrets } from "../../src/tools/local/secrets.ts";
import { type DevelopmentKeys, seedKeys } from "../../src/tools/local/seed-keys.ts";
import { dropDatabase, emptyDatabase } from "../support/database-template.ts";
import type { Json } from "../support/service.ts";
import { emptyRedis } from "../support/test-gateways.ts";
import { writeConfig } from "../support/test-worker.ts";
import { checkOutPrevious } from "./previous-version.ts";

export type Version = "previous" | "present";
export interface Answer {
  readonly status: number;
  readonly body: Json;
}
interface Call {
  readonly as?: keyof DevelopmentKeys;
  readonly body?: unknown;
}

/** Both versions of the Worker over one database and one Redis, which begin as the previous version's. */
export interface UpgradeStack {
  call(version: Version, path: string, call?: Call): Promise<Answer>;
  /** Runs the minute's schedule of a version. */
  sweep(version: Version): Promise<void>;
  /** Deploys: from now on this version has the queue and the schedules. Both answer. Messages on their way in the queue are lost, so the sweep must find everything. */
  handOver(to: Version): Promise<void>;
  /** Applies the present migrations while the previous version runs. */
  migrate(): Promise<void>;
  /** Postgres answers nobody, or does again. */
  setPostgresAway(isAway: boolean): void;
  sql(text: string, values?: readonly unknown[]): Promise<Record<string, Json>[]>;
  redis(command: readonly string[]): Promise<Json>;
  /** The previous version's files. */
  readonly previousRoot: string;
  readonly vars: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

const PATIENCE = {
  DEADLINE_MS: "20000",
  KEY_BUDGET_MS: "10000",
  VELOCITY_BUDGET_MS: "15000",
  AGGREGATES_BUDGET_MS: "10000",
  RULESET_BUDGET_MS: "10000",
};

export async function startUpgradeStack(): Promise<UpgradeStack> {
  const undo: (() => unknown)[] = [];
  const close = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const checkout = checkOutPrevious();
    undo.push(checkout.remove);
    const engines = inject("engines");
    const postgresUrl = await emptyDatabase(engines.postgresUrl);
    undo.push(() => dropDatabase(postgresUrl));
    const redisUrl = await emptyRedis(engines.redisUrl);
    const secrets = createSecrets();
    // The application's role is made by the first migrations, so those run as the owner.
    const owner = await startGateways(postgresUrl, redisUrl, secrets);
    undo.push(owner.close);
    const migrate = (root: string) => applyMigrations(owner.vars.DATABASE_URL, owner.vars.NEON_HTTP_ENDPOINT, root);
    await migrate(checkout.root);
    const gateways = await startGateways(asApplication(postgresUrl), redisUrl, secrets);
    undo.push(gateways.close);
    const folder = mkdtempSync(join(tmpdir(), "tollgate-upgrade-"));
    undo.push(() => rmSync(folder, { recursive: true, force: true }));
    const database = new Client({ connectionString: postgresUrl });
    await database.connect();
    undo.push(() => database.end());
    const redis = await createClient({ url: redisUrl, RESP: 2 }).connect();
    undo.push(() => redis.destroy());
    const { DATABASE_URL, NEON_HTTP_ENDPOINT, HASH_SECRET } = gateways.vars;
    const keys = await seedKeys({
      baseUrl: "",
      databaseUrl: DATABASE_URL,
      neonEndpoint: NEON_HTTP_ENDPOINT,
      hashSecret: HASH_SECRET,
      dataDir: folder,
    });

    const rootOf: Record<Version, string> = { previous: checkout.root, present: REPOSITORY };
    const serve = async (consumer: Version) => {
      const other: Version = consumer === "previous" ? "present" : "previous";
      const versions = [consumer, other];
      const server = createTestHarness({
        workers: versions.map((name) => ({
          configPath: writeConfig(folder, { name, root: rootOf[name], isConsumer: name === consumer }),
          vars: { ...PATIENCE },
          secrets: { ...gateways.vars },
        })),
      });
      await server.listen();
      return server;
    };
    let server = await serve("previous");
    undo.push(() => server.close());

    return {
      previousRoot: checkout.root,
      vars: gateways.vars,
      async call(version, path, { as = "api", body } = {}) {
        const answer = await server.getWorker(version).fetch(`http://tollgate.test${path}`, {
          method: body === undefined ? "GET" : "POST",
          headers: { "x-api-key": keys[as], ...(body === undefined ? {} : { "content-type": "application/json" }) },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        const text = await answer.text();
        return { status: answer.status, body: text.startsWith("{") ? JSON.parse(text) : text };
      },
      sweep: async (version) => {
        await server.getWorker(version).scheduled({ cron: "* * * * *" });
      },
      async handOver(to) {
        await server.close();
        server = await serve(to);
      },
      migrate: () => migrate(REPOSITORY),
      setPostgresAway: (isAway) => gateways.neon.faults.set(isAway ? [{ kind: "refuse" }] : []),
      sql: async (query, values = []) => (await database.query(query, [...values])).rows,
      redis: (command) => redis.sendCommand([...command]),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
