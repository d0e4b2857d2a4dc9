import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { freePort } from "../free-port.ts";
import type { WorkerVars } from "../gateways.ts";
import { type Supervised, supervise } from "../process/supervised.ts";
import { Refusal } from "../refusal.ts";
import { REPOSITORY } from "../repository.ts";
import { writeEnvFile } from "./env-file.ts";

const COLLECT_CHILDREN = join(import.meta.dirname, "collect-children.ts");

export interface WorkerPlan {
  /** The data folder. */
  readonly folder: string;
  readonly port: number;
  readonly vars: WorkerVars;
  /** Gives up a start that has not come to its end. */
  readonly signal: AbortSignal;
  log(line: string): void;
}

/** Runs the Worker in `wrangler dev`, its storage below the data folder; resolves once it answers. */
export async function startWorker({ folder, port, vars, signal, log }: WorkerPlan): Promise<Supervised> {
  const envFile = join(folder, "run/worker.env");
  const logFile = join(folder, "run/worker.log");
  const storage = join(folder, "worker");
  mkdirSync(storage, { recursive: true, mode: 0o700 });
  writeEnvFile(envFile, vars);
  const wrangler = createRequire(import.meta.url).resolve("wrangler");
  const options = [
    ...["--ip", "127.0.0.1", "--port", String(port), "--inspector-port", String(await freePort())],
    ...["--persist-to", storage, "--env-file", envFile, "--show-interactive-dev-session=false", "--local"],
  ];
  return supervise(
    {
      name: "the Worker",
      command: process.execPath,
      args: ["--no-warnings", "--import", COLLECT_CHILDREN, wrangler, "dev", ...options],
      cwd: REPOSITORY,
      env: {
        ...process.env,
        // No telemetry, no look-up of this machine's place, no question of a newer version.
        WRANGLER_SEND_METRICS: "false",
        CLOUDFLARE_CF_FETCH_ENABLED: "false",
        WRANGLER_HIDE_BANNER: "true",
        // Two instances side by side must not find each other.
        WRANGLER_REGISTRY_PATH: join(storage, "registry"),
        WRANGLER_LOG_PATH: join(storage, "logs"),
        // Its own settings and the registry of other Workers it keeps below a home folder, which a service user may not have.
        XDG_CONFIG_HOME: join(storage, "config"),
        NO_COLOR: "1",
        FORCE_COLOR: "0",
      },
      user: null,
      input: null,
      stopSignal: "SIGINT",
      logFile,
      markFile: join(folder, "run/worker.json"),
      signal,
      probe: () => probe(port, logFile),
    },
    log,
  );
}

/** Answers when the Worker does; refuses at once when it cannot be built, which waiting would not mend. */
async function probe(port: number, logFile: string): Promise<void> {
  // `Build failed with 1 error:` only announces the line that says which.
  const fault = /\[ERROR\] (?!Build failed)(.*)/.exec(stripVTControlCharacters(readFileSync(logFile, "utf8")))?.[1];
  if (fault !== undefined) throw new Refusal(`the Worker does not run (${fault}); see ${logFile}`);
  const answer = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(5_000) });
  await answer.text();
}
