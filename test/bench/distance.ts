import type { Cleanup } from "./cleanup.ts";
import { isFine } from "./post/checks.ts";
import { type Answer, sendAll, type Target } from "./post/send-all.ts";
import { PATIENCE, startWorkers } from "./post/start-service.ts";
import { CLIENTS, createTransactions } from "./post/transactions.ts";
import type { Row } from "./table.ts";

/** Added before each request to a store: in the same data centre, in the region, on the continent, across an ocean. */
const DISTANCES_MS = [1, 10, 40, 120] as const;
const SLOPE_FROM_MS = 40;
const REQUESTS = 200;
/** Few, so that requests hardly wait for one another on this machine. */
const CONNECTIONS = 2;
/** src/env.ts; the bundle carries the wide ones of a local stack. */
const PRODUCTION = {
  DEADLINE_MS: "150",
  KEY_BUDGET_MS: "25",
  VELOCITY_BUDGET_MS: "60",
  AGGREGATES_BUDGET_MS: "60",
  RULESET_BUDGET_MS: "30",
};

/**
 * What the distance of both stores does to a decision. Round trips are the slope: how much longer the median decision takes for each millisecond that
 * was added, with budgets that wait for everything. Production's budgets show what is given up instead.
 */
export async function benchDistance(cleanup: Cleanup, log: (line: string) => void, ruleset: object): Promise<readonly Row[]> {
  const { gateways, targets } = await startWorkers({ cleanup, log, ruleset, budgets: [PATIENCE, PRODUCTION] });
  const [patient, strict] = targets;
  if (patient === undefined || strict === undefined) throw new Error("no Worker was started");
  const away = (ms: number): void => {
    for (const gateway of [gateways.upstash, gateways.neon]) gateway.faults.set(ms === 0 ? [] : [{ kind: "delay", ms }]);
  };
  const known = createTransactions("checkout", "known");
  log("distance: each client makes itself known");
  // The first decision asks Postgres for a client; what it said is cached for the second.
  for (let turn = 0; turn < 2; turn++) await sendAll({ ...patient, check: isFine }, CLIENTS, known);
  await sendAll({ ...strict, check: () => {} }, CLIENTS, known);
  const near = await sample(patient, known);
  const stranger = createTransactions("checkout", "stranger");
  const strangers = () => {
    const body = JSON.parse(stranger()) as { transaction_id: string };
    return JSON.stringify({ ...body, client_id: `stranger-${body.transaction_id}` });
  };
  const nearStrangers = await sample(patient, strangers);

  const rows: Row[] = [];
  for (const ms of DISTANCES_MS) {
    log(`distance: ${ms} ms`);
    away(ms);
    const whole = await sample(patient, known);
    const first = await sample(patient, strangers);
    const bounded = await sample(strict, known);
    away(0);
    const row = (what: string, unit: string, ours: number, target = "", limit: number | null = null): Row => {
      return { part: `${ms} ms away: ${what}`, unit, ours, peer: null, limit, target };
    };
    rows.push(
      row("p50", "ms", whole.p50, "", ms),
      row("p99", "ms", whole.p99, "", ms),
      // A slope over less than what a machine's own work varies by says nothing.
      ...(ms < SLOPE_FROM_MS
        ? []
        : [
            row("store round trips one after another", "count", (whole.p50 - near.p50) / ms, "1"),
            row("the same for a first-seen client", "count", (first.p50 - nearStrangers.p50) / ms, "2"),
          ]),
      row("p50 with production's budgets", "ms", bounded.p50, "≤ 150"),
      row("degraded with production's budgets", "%", 100 * bounded.degraded, ""),
      row("refused with production's budgets", "%", 100 * bounded.refused, "0"),
    );
  }
  return rows;
}

interface Sample {
  readonly p50: number;
  readonly p99: number;
  /** Shares in [0, 1]. */
  readonly degraded: number;
  readonly refused: number;
}

async function sample(target: Omit<Target, "check">, next: () => string): Promise<Sample> {
  const answers: Answer[] = [];
  // What came before may have let cached keys and rulesets expire, which one call brings back.
  await sendAll({ ...target, check: () => {} }, CONNECTIONS, next, CONNECTIONS);
  await sendAll({ ...target, check: (answer) => void answers.push(answer) }, REQUESTS, next, CONNECTIONS);
  const tookMs = answers.map((answer) => answer.tookMs).sort((a, b) => a - b);
  const at = (share: number) => tookMs[Math.floor(tookMs.length * share)] ?? Number.NaN;
  const decided = answers.filter(({ status }) => status === 200);
  const degraded = decided.filter(({ body }) => (JSON.parse(body) as { degraded: string[] }).degraded.length > 0);
  return { p50: at(0.5), p99: at(0.99), degraded: degraded.length / answers.length, refused: 1 - decided.length / answers.length };
}
