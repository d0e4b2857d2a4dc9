/** `npm start`: the whole of Tollgate on this machine, until Ctrl-C. */
import { bannerOf } from "../local/banner.ts";
import { whenLauncherIsGone } from "../local/process/launcher.ts";
import { Refusal } from "../local/refusal.ts";
import { HELP, parseStartOptions } from "../local/start-options.ts";
import { type Run, startStack } from "../local/start-stack.ts";

if (process.argv.includes("--help")) {
  console.log(HELP);
  process.exit(0);
}

const giveUp = new AbortController();
const run: Run = { undo: [], signal: giveUp.signal, log: (line) => console.log(`  ${line}`) };
let ending: Promise<void> | null = null;

/** Ends everything, once, and then this process. */
function end(code: number): Promise<void> {
  ending ??= (async () => {
    giveUp.abort();
    for (const step of run.undo.reverse()) {
      try {
        await step();
      } catch (error) {
        console.error(`  while ending: ${(error as Error).message}`);
      }
    }
    process.exit(code);
  })();
  return ending;
}

function fail(error: unknown): Promise<void> {
  if (ending !== null) return ending;
  console.error(error instanceof Refusal ? error.message : error);
  return end(1);
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void end(0));
process.on("uncaughtException", (error) => void fail(error));

whenLauncherIsGone(() => void end(1));

try {
  const stack = await startStack(parseStartOptions(process.argv.slice(2), process.cwd()), run);
  if (ending === null) console.log(bannerOf(stack));
} catch (error) {
  await fail(error);
}
