import { disposableDomains } from "../../src/adapters/email/disposable-domains.ts";
import { createRedecider } from "../../src/core/backtest/redecide.ts";
import type { StoredCase } from "../../src/core/backtest/stored-case.ts";
import { addToTally, emptyTally } from "../../src/core/backtest/tally.ts";
import type { StoredFacts } from "../../src/core/decision/answer.ts";
import { storeFacts } from "../../src/core/decision/present.ts";
import type { CanonicalEvent } from "../../src/core/event/event.ts";
import { computeFacts } from "../../src/core/features/compute-facts.ts";
import { compileFiles, localOptions } from "../../src/tools/backtest/compile-files.ts";
import { createMemoryHistory } from "../../src/tools/backtest/memory-history.ts";
import { createReplayPlan } from "../../src/tools/backtest/replay-plan.ts";
import { defaultRuleset } from "../../src/tools/local/seed-ruleset.ts";
import { median } from "./median.ts";

const CASES = 20_000;
const ROUNDS = 9;
const NOON = Date.UTC(2026, 10, 20, 12);

/** Microseconds for one stored decision. */
export interface BacktestTiming {
  /** Deciding anew and counting, from parsed rows. */
  readonly deciding: number;
  /** `JSON.parse` of the facts alone. */
  readonly parsing: number;
  /** Reading the facts into slots and the rules alone: what deciding cannot do without. */
  readonly limit: number;
}

/** Times a backtest of the default packs over stored decisions in memory, on one core. */
export function benchBacktest(): BacktestTiming {
  const compiled = compileFiles(defaultRuleset(), localOptions({ currency: "EUR", timeZone: "UTC" }));
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
  const redecider = createRedecider(compiled.value, { disposableDomains });
  redecider.learn("bench", compiled.value.catalogue);
  const cases = createCases();
  const texts = cases.map(({ facts }) => JSON.stringify(facts));
  const { ruleset } = compiled.value;

  const contenders = {
    deciding: () => {
      const tally = emptyTally();
      for (const one of cases) addToTally(tally, one, redecider.redecide(one));
      if (tally.decisions !== CASES) throw new Error("not every decision was counted");
    },
    parsing: () => {
      for (const text of texts) JSON.parse(text);
    },
    limit: () => {
      for (const one of cases) ruleset.evaluate(redecider.factsOf(one), one.event.transactionType ?? one.event.type);
    },
  };
  const samples: Record<keyof BacktestTiming, number[]> = { deciding: [], parsing: [], limit: [] };
  for (let round = -2; round < ROUNDS; round++)
    for (const name of ["deciding", "parsing", "limit"] as const) {
      const startMs = performance.now();
      contenders[name]();
      if (round >= 0) samples[name].push(((performance.now() - startMs) * 1_000) / CASES);
    }
  return { deciding: median(samples.deciding), parsing: median(samples.parsing), limit: median(samples.limit) };
}

/** Decisions as they are stored: facts by name, as the replay computes them, and parsed from their text as Postgres gives them. */
function createCases(): StoredCase[] {
  const options = localOptions({ currency: "EUR", timeZone: "UTC" });
  const compiled = compileFiles(defaultRuleset(), options);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
  const { plan } = createReplayPlan(compiled.value.catalogue, options);
  const history = createMemoryHistory(options.hash);
  return Array.from({ length: CASES }, (_, n): StoredCase => {
    const event = createEvent(n);
    const { logs, roles } = history.logsOf(event, plan.catalogue.roles);
    const { facts } = computeFacts(plan, { event, self: true, logs, roles, store: undefined, client: undefined, dest: undefined });
    history.append(event);
    return {
      decisionId: `d${n}`,
      decidedAtMs: event.occurredAtMs,
      event,
      isOwnEvent: true,
      facts: JSON.parse(JSON.stringify(storeFacts(facts, plan.catalogue))) as StoredFacts,
      probability: (n % 100) / 150,
      degraded: [],
      hits: [],
      before: { outcome: n % 9 === 0 ? "review" : "allow", rules: n % 9 === 0 ? ["transfer/H1"] : [] },
      truth: n % 50 === 0 ? "fraud" : "legitimate",
      seq: 1,
      featuresHash: "bench",
      livemode: true,
    };
  });
}

function createEvent(n: number): CanonicalEvent {
  const amount = 5 + ((n * 7_919) % 900_000);
  const isTransfer = n % 2 === 0;
  const type = isTransfer ? "TRANSFER" : "PAYMENT";
  return {
    id: `t${n}`,
    stage: "",
    type: "transaction",
    transactionType: type,
    occurredAtMs: NOON + n * 1_000,
    status: "attempted",
    amountMinor: amount * 100,
    dimensions: { client: `c${(n * 31) % 2_000}`, dest: `d${(n * 17) % 3_000}`, device: `v${n % 1_500}`, ip: `198.51.100.${n % 250}` },
    latitude: null,
    longitude: null,
    body: { type, amount, client_id: "c", dest_id: "d", oldbalanceOrg: amount + (n % 3), currency: "EUR", country: "DE" },
  };
}
