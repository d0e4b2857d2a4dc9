import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type ReplayOptions, readOptions, USAGE } from "../replay/options.ts";
import { report } from "../replay/report.ts";
import { runReplay } from "../replay/run-replay.ts";
import { whyUnreachable } from "../replay/send.ts";

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options === null) {
    console.log(USAGE);
    return 0;
  }
  if (!existsSync(options.file)) throw new Error(`there is no file ${options.file}`);
  const key = keyOf(options);
  const why = await whyUnreachable(options.url);
  if (why !== null) throw new Error(why);

  let isStopped = false;
  process.once("SIGINT", () => {
    isStopped = true;
  });
  const { summary, elapsedMs, leftOut } = await runReplay(options, { url: options.url, key }, () => isStopped);
  console.log(`\n${report(summary, elapsedMs, leftOut)}`);
  if (isStopped) console.log("\nstopped before the end");
  return summary.errors.length > 0 || isStopped ? 1 : 0;
}

function keyOf({ key, dataFolder }: ReplayOptions): string {
  if (key !== null) return key;
  const path = join(dataFolder, "keys.json");
  if (!existsSync(path)) throw new Error(`no key: there is no ${path}; give --key, or --dir with the instance's data folder`);
  const { api } = JSON.parse(readFileSync(path, "utf8")) as { api?: unknown };
  if (typeof api !== "string") throw new Error(`${path} holds no \`api\` key`);
  return api;
}

process.exitCode = await main().catch((fault: unknown) => {
  console.error(fault instanceof Error ? fault.message : String(fault));
  return 2;
});
