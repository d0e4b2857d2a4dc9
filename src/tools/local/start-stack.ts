import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { buildAssets } from "../build/assets.ts";
import { claimDataFolder, dropData } from "./data-folder.ts";
import { freePort, isPortFree } from "./free-port.ts";
import { startGateways, workerVars } from "./gateways.ts";
import { migrateEngine } from "./postgres/migrate-engine.ts";
import { Refusal } from "./refusal.ts";
import { REPOSITORY } from "./repository.ts";
import { loadSecrets } from "./secrets.ts";
import { seed } from "./seed.ts";
import type { DevelopmentKeys } from "./seed-keys.ts";
import { writeStackVars } from "./stack-vars.ts";
import { startEngines } from "./start-engines.ts";
import type { StartOptions } from "./start-options.ts";
import { startWorker } from "./worker/worker-process.ts";

/** A local stack that answers. */
export interface Stack {
  readonly baseUrl: string;
  readonly folder: string;
  readonly keys: DevelopmentKeys;
  /** What it runs on, a line each. */
  readonly about: readonly string[];
}

/** One run of `npm start`, as those see it who are to end it. */
export interface Run {
  /** How to end what was begun; filled as things begin, to be called last first. */
  readonly undo: (() => unknown)[];
  /** Gives up what is still starting. */
  readonly signal: AbortSignal;
  log(line: string): void;
}

/** Brings up engines, gateways, migrations, the Worker and what it needs to decide. */
export async function startStack({ port, fresh, folder, watch }: StartOptions, { undo, signal, log }: Run): Promise<Stack> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  undo.push(await claimDataFolder(folder, log));
  if (!(await isPortFree(port))) throw new Refusal(`port ${port} is taken; end what listens there, or choose another with --port`);
  if (fresh) dropData(folder);
  const secrets = loadSecrets(folder);
  buildAssets(join(REPOSITORY, "dist/assets"));

  // The Worker takes as long to start as everything it talks to: told where its stores will be, it starts beside them.
  const ports = { neon: await freePort(), upstash: await freePort() };
  const vars = workerVars(secrets, originOf(ports.neon), originOf(ports.upstash));
  undo.push(writeStackVars(folder, { ...vars, TOLLGATE_URL: originOf(port) }));
  const home = { folder, password: secrets.engineSecret, keeping: "durable", signal, log } as const;
  const engines = begin(undo, startEngines(home, process.env), ({ stop }) => stop());
  const serving = engines.then(async ({ postgres, redis }) =>
    startGateways(await migrateEngine(postgres.url, secrets, log), redis.url, secrets, ports),
  );
  const gateways = begin(undo, serving, ({ close }) => close());
  const worker = begin(undo, startWorker({ folder, port, vars, watch, signal, log }), ({ stop }) => stop());
  const [{ postgres, redis }, { neon, upstash }] = await Promise.all([engines, gateways, worker]);

  const baseUrl = originOf(port);
  const context = { baseUrl, databaseUrl: vars.DATABASE_URL, neonEndpoint: vars.NEON_HTTP_ENDPOINT, hashSecret: secrets.hashSecret };
  const keys = await seed({ ...context, dataDir: folder }, log, signal);
  signal.throwIfAborted();
  return { baseUrl, folder, keys, about: [`${postgres.about}, served at ${neon.origin}`, `${redis.about}, served at ${upstash.origin}`] };
}

const originOf = (port: number): string => `http://127.0.0.1:${port}`;

/** Sees to it that what is starting is ended with the run, even when the run ends first. */
function begin<T>(undo: Run["undo"], starting: Promise<T>, end: (started: T) => Promise<void>): Promise<T> {
  undo.push(() => starting.then(end, () => {}));
  return starting;
}
