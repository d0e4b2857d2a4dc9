/** `npm run bench`: what each part costs, beside what one would use instead and beside the least it could cost. */
import { createCleanup } from "../../../test/bench/cleanup.ts";
import { PARTS, type PartName, runBench } from "../../../test/bench/run.ts";

const NAMES = Object.keys(PARTS) as PartName[];
const USAGE = `usage: npm run bench [-- ${NAMES.join(" | ")} …]

Without a part it measures all of them, in some minutes. Results on standard output, progress on standard error.`;

const isPart = (name: string): name is PartName => NAMES.includes(name as PartName);

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !isPart(name));
if (unknown !== undefined) {
  const wantsHelp = unknown === "--help" || unknown === "-h";
  console[wantsHelp ? "log" : "error"](wantsHelp ? USAGE : `\`${unknown}\` is no part of the benchmark\n${USAGE}`);
  process.exit(wantsHelp ? 0 : 2);
}

const cleanup = createCleanup();
let isEnding = false;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, async () => {
    if (isEnding) return;
    isEnding = true;
    console.error("stopping");
    await cleanup.run();
    process.exit(130);
  });
}

const isWhole = await runBench({
  parts: asked.length === 0 ? NAMES : asked.filter(isPart),
  cleanup,
  log: (line) => console.error(`  ${line}`),
  // What fails while everything is being ended is no result.
  print: (text) => !isEnding && console.log(text),
});
if (!isEnding) process.exit(isWhole ? 0 : 1);
