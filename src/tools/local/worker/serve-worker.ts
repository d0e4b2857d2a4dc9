/** The program that `npm start` keeps running: the Worker in Miniflare, its schedules, and a watch that ends a workerd which hangs. */
import { watch } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { Miniflare } from "miniflare";
import { REPOSITORY } from "../repository.ts";
import { cachedBundle, SOURCES } from "./bundle.ts";
import { miniflareOptions } from "./miniflare-options.ts";
import { runSchedules } from "./schedules.ts";
import { watchHealth } from "./watch-health.ts";
import { ServePlan } from "./worker-process.ts";
import { readWranglerConfig } from "./wrangler-config.ts";

/** Editors write a file in several steps. */
const SETTLE_MS = 150;

const ended = new AbortController();
const plan = ServePlan.parse(JSON.parse(await text(process.stdin)));
const say = (line: string): void => {
  if (process.connected) process.send?.(line);
};

const optionsNow = async () => {
  const bundle = await cachedBundle(say, ended.signal);
  return miniflareOptions({ bundle, config: readWranglerConfig(), vars: plan.vars, port: plan.port, storage: plan.storage });
};
const runtime = new Miniflare(await optionsNow());
let stopWatching = (): void => {};
let stopSchedules = (): void => {};

async function end(code: number): Promise<void> {
  if (ended.signal.aborted) return;
  ended.abort();
  stopWatching();
  stopSchedules();
  await runtime.dispose().catch(() => {});
  process.exit(code);
}
process.on("SIGTERM", () => void end(0));
// Whoever started this is gone, however that came about.
process.on("disconnect", () => void end(1));

await runtime.ready;
const { name } = readWranglerConfig();
stopWatching = watchHealth({ url: `http://127.0.0.1:${plan.port}/health`, say, giveUp: () => void end(1) });
stopSchedules = runSchedules(async (cron) => {
  const worker = await runtime.getWorker(name);
  const { outcome } = await worker.scheduled({ cron, scheduledTime: new Date() });
  return outcome;
}, say);
if (plan.watch) followSources();

/** Rebuilds on a change; what does not build leaves the last good Worker in place. */
function followSources(): void {
  let timer: NodeJS.Timeout | null = null;
  let building: Promise<void> = Promise.resolve();
  const rebuild = async (): Promise<void> => {
    const startMs = performance.now();
    try {
      await runtime.setOptions(await optionsNow());
      say(`the Worker runs what was changed, after ${((performance.now() - startMs) / 1_000).toFixed(1)} s`);
    } catch (error) {
      if (!ended.signal.aborted) say(`the change is not in force: ${(error as Error).message}`);
    }
  };
  for (const path of SOURCES) {
    const watcher = watch(join(REPOSITORY, path), { recursive: true, signal: ended.signal }, (_event, file) => {
      if (path === "src" && file?.startsWith("tools")) return;
      if (timer !== null) clearTimeout(timer);
      timer = setTimeout(() => {
        building = building.then(rebuild);
      }, SETTLE_MS);
    });
    watcher.on("error", (error) => say(`changes in ${path} are not seen: ${error.message}`));
  }
}
