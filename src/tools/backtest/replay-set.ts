import { createRedecider, type Redecided } from "../../core/backtest/redecide.ts";
import type { StoredCase } from "../../core/backtest/stored-case.ts";
import type { CompiledConfig, ConfigOptions } from "../../core/config/compile.ts";
import { storeFacts } from "../../core/decision/present.ts";
import type { CanonicalEvent } from "../../core/event/event.ts";
import { computeFacts } from "../../core/features/compute-facts.ts";
import { createDeadline } from "../../pipeline/budget.ts";
import type { Scorer } from "../../pipeline/score-model.ts";
import type { MemoryHistory } from "./memory-history.ts";
import { createReplayPlan } from "./replay-plan.ts";

const FEATURES = "replay";
const PATIENCE_MS = 60_000;

/** One set of rules over a replay. */
export interface ReplaySet {
  readonly config: CompiledConfig;
  readonly unavailable: readonly string[];
  /** Decides an event with what came before it. */
  decide(
    event: CanonicalEvent,
    known: Pick<StoredCase, "truth" | "before">,
  ): Promise<{ readonly one: StoredCase; readonly decided: Redecided }>;
  /** Processor time of its rules on all events so far, in microseconds an event. */
  cpuMicroseconds(): number;
}

/** Prepares deciding events of a file by one set of rules: facts point in time from the history, the model where there is one, then the rules. */
export function createReplaySet(config: CompiledConfig, history: MemoryHistory, score: Scorer | null, options: ConfigOptions): ReplaySet {
  const { plan, given, unavailable } = createReplayPlan(config.catalogue, options);
  const redecider = createRedecider(config, options);
  redecider.learn(FEATURES, given);
  let events = 0;
  let spentMs = 0;

  return {
    config,
    unavailable,
    async decide(event, known) {
      const input = { ...history.logsOf(event, plan.catalogue.roles), store: undefined, client: undefined, dest: undefined };
      const { facts } = computeFacts(plan, { event, self: true, ...input });
      const deadline = createDeadline(() => performance.now(), performance.now(), PATIENCE_MS);
      const [verdict] = score === null ? [] : await score(config.catalogue, [{ event, facts }], deadline);
      const one: StoredCase = {
        decisionId: event.id,
        decidedAtMs: event.occurredAtMs,
        event,
        isOwnEvent: true,
        facts: storeFacts(facts, plan.catalogue),
        probability: verdict?.probability ?? 0,
        degraded: [],
        hits: [],
        seq: 0,
        featuresHash: FEATURES,
        livemode: true,
        ...known,
      };
      const startMs = performance.now();
      config.ruleset.evaluate(facts.values, event.transactionType ?? event.type);
      spentMs += performance.now() - startMs;
      events++;
      return { one, decided: redecider.redecide(one) };
    },
    cpuMicroseconds: () => (events === 0 ? 0 : (spentMs * 1_000) / events),
  };
}
