import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleWorker } from "../../src/tools/local/worker/bundle.ts";
import { begin, type Cleanup } from "./cleanup.ts";
import type { RulesetToPublish } from "./decision/prepare.ts";
import { median } from "./median.ts";
import type { Row } from "./table.ts";
import { serveWorker } from "./workerd/serve-worker.ts";

const ROUNDS = 9;
/** Long enough for the system's clock of CPU, which ticks every 10 ms. */
const TURN_MICROSECONDS = 400_000;
const WARM_UP_LOOPS = 3_000;
const NAMES = ["json-parse", "zod", "parse-transaction", "facts", "rules", "build", "decision", "naive"] as const;

/**
 * CPU of the pure parts of a decision on a checkout with a month of history, in workerd: parsing beside JSON.parse and the bare zod schema,
 * and everything but the model. Contenders take turns in one process; the median turn counts.
 */
export async function benchDecision(cleanup: Cleanup, log: (line: string) => void, ruleset: RulesetToPublish): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "tollgate-bench-"));
  cleanup.add(() => rmSync(folder, { recursive: true, force: true }));
  log("decision: building the Worker of its pure parts");
  const bundle = await bundleWorker("test/bench/decision/worker.ts", folder);
  const worker = await begin(cleanup, serveWorker({ name: "the pure parts", bundle, vars: {}, platform: null }));
  const ask = async (path: string, body?: string): Promise<string> => {
    const answer = await fetch(`${worker.origin}/${path}`, { method: "POST", ...(body === undefined ? {} : { body }) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`the pure parts answered ${answer.status}: ${text.slice(0, 500)}`);
    return text;
  };
  const run = async (name: string, loops: number): Promise<number> => {
    const before = worker.cpu();
    await ask(`${name}?loops=${loops}`);
    return (worker.cpu() - before) / loops;
  };
  log(`decision: ${await ask("prepare", JSON.stringify(ruleset))}`);

  const loops = new Map<string, number>();
  for (const name of NAMES) {
    await run(name, WARM_UP_LOOPS);
    const each = await run(name, WARM_UP_LOOPS);
    loops.set(name, Math.min(1_000_000, Math.ceil(TURN_MICROSECONDS / Math.max(0.1, each))));
  }
  const samples = new Map(NAMES.map((name) => [name as string, [] as number[]]));
  for (let round = 0; round < ROUNDS; round++) {
    log(`decision: round ${round + 1} of ${ROUNDS}`);
    for (const name of NAMES) samples.get(name)?.push(await run(name, loops.get(name) ?? WARM_UP_LOOPS));
  }
  const cost = (name: (typeof NAMES)[number]): number => median(samples.get(name) ?? []);
  const row = (part: string, ours: number, peer: number | null, limit: number | null, target: string): Row => {
    return { part, unit: "µs CPU", ours, peer, limit, target };
  };
  return [
    row(
      "parse and validate; peer: the bare zod schema; limit: JSON.parse",
      cost("parse-transaction"),
      cost("zod"),
      cost("json-parse"),
      "≤ 4× limit",
    ),
    row("facts: fold of the logs and every feature", cost("facts"), null, null, ""),
    row("rules: evaluation of the packs", cost("rules"), null, null, ""),
    row("rules, score, answer and record", cost("build"), null, null, ""),
    row(
      "whole decision, model apart; peer: zod, filtered windows, json-logic-js",
      cost("decision"),
      cost("naive"),
      null,
      "peer ≥ 1.5× ours",
    ),
    row("whole decision, model apart; peer and limit quoted, not run", cost("decision"), QUOTED.peer, QUOTED.limit, "peer ≥ 25× ours"),
  ];
}

/**
 * What was measured when the targets were set, on another day, with 100 rules and a list of networks: zod, sorted sets, a linear scan of the
 * networks and json-logic-js; and the least that all of it could cost.
 */
const QUOTED = { peer: 234, limit: 5.5 } as const;
