import { mkdirSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { type Supervised, supervise } from "../process/supervised.ts";
import { REPOSITORY } from "../repository.ts";
import { cachedBundle } from "./bundle.ts";

/** What the program that runs the Worker is told on its standard input: a command line would show the secrets to every user of the machine. */
export const ServePlan = z.object({
  port: z.int(),
  vars: z.record(z.string(), z.string()),
  storage: z.string(),
  watch: z.boolean(),
});
type ServePlan = z.infer<typeof ServePlan>;

export interface WorkerPlan extends Omit<ServePlan, "storage"> {
  /** The data folder. */
  readonly folder: string;
  /** Gives up a start that has not come to its end. */
  readonly signal: AbortSignal;
  log(line: string): void;
}

/** Runs the Worker in workerd, its storage below the data folder; resolves once it answers. */
export async function startWorker({ folder, port, vars, watch, signal, log }: WorkerPlan): Promise<Supervised> {
  // Built here, so that what does not build is told in one sentence.
  await cachedBundle(log, signal);
  const storage = join(folder, "worker");
  mkdirSync(storage, { recursive: true, mode: 0o700 });
  const plan: ServePlan = { port, vars, storage, watch };
  return supervise(
    {
      name: "the Worker",
      command: process.execPath,
      // It only starts workerd and carries its data: Node's usual heap would be the largest part of a local stack.
      args: ["--no-warnings", "--max-semi-space-size=1", "--max-old-space-size=256", join(import.meta.dirname, "serve-worker.ts")],
      cwd: REPOSITORY,
      env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: "0" },
      user: null,
      input: JSON.stringify(plan),
      stopSignal: "SIGTERM",
      logFile: join(folder, "run/worker.log"),
      markFile: join(folder, "run/worker.json"),
      signal,
      probe: async () => (await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(5_000) })).text(),
      talks: true,
    },
    log,
  );
}
