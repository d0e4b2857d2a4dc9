import type { BacktestTiming } from "./backtest.ts";
import type { ModelTiming } from "./model.ts";
import type { RuleTiming } from "./rules.ts";
import type { Row } from "./table.ts";
import type { VelocityCost } from "./velocity.ts";

const RULE_TARGETS: Readonly<Record<number, string>> = {
  100: "≤ 2.5× limit; json-logic-js ≥ 30× ours, json-rules-engine ≥ 1,000×",
  1000: "≤ 1.5× limit",
};

/** Rules beside both peers; the limit is the same rules written by hand. */
export function rowsOfRules(timings: readonly RuleTiming[]): Row[] {
  return timings.flatMap(({ rules, microseconds }) => {
    const { tollgate: ours, handWritten: limit, jsonLogic, engine } = microseconds;
    const common = { unit: "µs", ours, limit };
    return [
      { ...common, part: `${rules.toLocaleString("en")} rules; peer: json-logic-js`, peer: jsonLogic, target: RULE_TARGETS[rules] ?? "" },
      { ...common, part: `${rules.toLocaleString("en")} rules; peer: json-rules-engine`, peer: engine, target: "" },
    ];
  });
}

/** The model in the Worker's runtime beside native ONNX Runtime and XGBoost; the limit is bare trees. */
export function rowsOfModel(timings: readonly ModelTiming[]): Row[] {
  const batches = [...new Set(timings.map(({ batch }) => batch))];
  return batches.flatMap((batch) => {
    const of = (word: string): number | null =>
      timings.find((timing) => timing.batch === batch && timing.contender.includes(word))?.microsecondsPerRow ?? null;
    const ours = of("Tollgate");
    if (ours === null) throw new Error("the model benchmark has no contender `Tollgate`");
    const common = { unit: "µs a row", ours, limit: of("limit"), target: "" };
    const xgboost = of("XGBoost");
    return [
      { ...common, part: `model, batch ${batch}; peer: native ONNX Runtime`, peer: of("native") },
      ...(xgboost === null ? [] : [{ ...common, part: `model, batch ${batch}; peer: XGBoost in Python, afterwards`, peer: xgboost }]),
    ];
  });
}

/** A backtest in memory; the limit is its rules and the facts they read. */
export function rowsOfBacktest({ deciding, parsing, limit }: BacktestTiming): Row[] {
  const common = { unit: "µs", peer: null };
  return [
    { ...common, part: "decide a stored decision anew and count it", ours: deciding, limit, target: "≤ 50 (20,000 a second)" },
    { ...common, part: "parse its facts (JSON), counted apart", ours: parsing, limit: null, target: "" },
  ];
}

/** The claim script beside sorted sets; the limit is a bare MGET of the same logs. */
export function rowsOfVelocity(costs: readonly VelocityCost[]): Row[] {
  const histories = [...new Set(costs.map(({ events }) => events))];
  return histories.flatMap((events) => {
    const row = (what: string, unit: string, figure: (cost: VelocityCost) => number, target: string): Row => {
      const of = (name: string): number => {
        const cost = costs.find((one) => one.events === events && one.contender.startsWith(name));
        if (cost === undefined) throw new Error(`the velocity benchmark has no contender \`${name}\``);
        return figure(cost);
      };
      const [ours, peer, limit] = [of("claim script"), of("sorted sets"), of("MGET")];
      return { part: `${what}, ${events.toLocaleString("en")} events`, unit, ours, peer, limit, target };
    };
    return [
      row("time in commands", "µs", (cost) => cost.commandMicroseconds, "≤ 5× limit, flat"),
      row("CPU of the server", "µs CPU", (cost) => cost.cpuMicroseconds, ""),
      row("billed commands", "commands", (cost) => cost.commands, "≤ 6 + N = 10"),
      row("replies", "bytes", (cost) => cost.replyBytes, ""),
    ];
  });
}
