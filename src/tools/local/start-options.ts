import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { Refusal } from "./refusal.ts";

export interface StartOptions {
  readonly port: number;
  /** Drops local data first. */
  readonly fresh: boolean;
  /** The data folder; absolute. */
  readonly folder: string;
  /** Rebuilds the Worker when its sources change. */
  readonly watch: boolean;
}

/** What `npm start -- --help` prints. */
export const HELP = `npm start -- [--port N] [--fresh] [--dir PATH] [--watch]

  --port N     where the Worker answers (default 8787); engines and gateways take free ports
  --fresh      drop local data first
  --dir PATH   the data folder (default .local)
  --watch      build the Worker anew when its sources, rules or models change

DATABASE_URL and REDIS_URL point it at engines that already run.`;
const USAGE = "use `npm start -- [--port N] [--fresh] [--dir PATH] [--watch]`";

/** @param cwd what a relative `--dir` is relative to */
export function parseStartOptions(args: readonly string[], cwd: string): StartOptions {
  const { port, fresh, dir, watch } = valuesOf(args);
  const number = Number(port);
  if (!/^\d+$/.test(port) || number < 1 || number > 65_535) throw new Refusal(`\`${port}\` is not a port; ${USAGE} with N from 1 to 65535`);
  if (dir === "") throw new Refusal(`--dir needs a path; ${USAGE}`);
  return { port: number, fresh, folder: resolve(cwd, dir), watch };
}

function valuesOf(args: readonly string[]) {
  try {
    const options = {
      port: { type: "string", default: "8787" },
      fresh: { type: "boolean", default: false },
      dir: { type: "string", default: ".local" },
      watch: { type: "boolean", default: false },
    } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new Refusal(`${(error as Error).message.split(". ")[0]}; ${USAGE}`);
  }
}
