import jsonLogic, { type RulesLogic } from "json-logic-js";
import { Engine, type TopLevelCondition } from "json-rules-engine";
import { checkRuleset } from "../../../src/core/rules/check.ts";
import { compileRuleset } from "../../../src/core/rules/compile.ts";
import type { BenchRule, BenchTest, Workload } from "./workload.ts";

/** The indexes of the rules that fire for one event of the workload, ascending. */
export type Contender = (event: number) => readonly number[] | Promise<readonly number[]>;

export function tollgate({ rules, vocabulary, events }: Workload): Contender {
  const test = ({ feature, operator, operand }: BenchTest) => ({ [feature]: { [operator]: operand } });
  const document = {
    name: "bench",
    rules: rules.map((rule, index) => ({
      id: `R${index}`,
      name: `rule ${index}`,
      reason: "bench",
      severity: "low",
      // Evaluated as a live rule is; a live one whose random tests contradict each other would be refused.
      mode: "shadow",
      conditions: { all: [...rule.all.map(test), ...(rule.any.length > 0 ? [{ any: rule.any.map(test) }] : [])] },
    })),
  };
  const checked = checkRuleset([{ name: "bench.json", text: JSON.stringify(document) }], vocabulary);
  if (!checked.ok) throw new Error(JSON.stringify(checked.error[0]));
  const compiled = compileRuleset(checked.value, vocabulary);
  return (event) => compiled.evaluate(events[event]?.values ?? [], "PAYMENT").fired;
}

const SIGN = { gt: ">", gte: ">=", lt: "<", lte: "<=", eq: "===", ne: "!==" } as const;

/** What a programmer would write instead: one `if` per rule over a facts object, in functions small enough for V8 to optimise. */
export function handWritten({ rules, events }: Workload): Contender {
  const test = ({ feature, operator, operand }: BenchTest): string => {
    if (operator === "in")
      return `(${(operand as readonly string[]).map((word) => `f.${feature} === ${JSON.stringify(word)}`).join(" || ")})`;
    const right = typeof operand === "object" && "feature" in operand ? `f.${operand.feature}` : JSON.stringify(operand);
    return `f.${feature} ${SIGN[operator]} ${right}`;
  };
  const sentence = (rule: BenchRule, index: number): string => {
    const any = rule.any.length > 0 ? [`(${rule.any.map(test).join(" || ")})`] : [];
    return `if (${[...rule.all.map(test), ...any].join(" && ")}) fired.push(${index});`;
  };
  const parts: string[] = [];
  for (let at = 0; at < rules.length; at += 50)
    parts.push(
      `(f, fired) => {\n${rules
        .slice(at, at + 50)
        .map((rule, index) => sentence(rule, at + index))
        .join("\n")}\n}`,
    );
  // The module is generated only so that it says the same as the other contenders; what runs is ordinary code.
  const calls = parts.map((_, index) => `p${index}(f, fired);`).join(" ");
  const source = `${parts.map((part, index) => `const p${index} = ${part};`).join("\n")}\nreturn (f) => { const fired = []; ${calls} return fired; };`;
  const module = new Function(source)() as (facts: object) => number[];
  return (event) => module(events[event]?.facts ?? {});
}

export function jsonLogicJs({ rules, events }: Workload): Contender {
  const test = ({ feature, operator, operand }: BenchTest): RulesLogic => {
    const left = { var: feature };
    const right = typeof operand === "object" && "feature" in operand ? { var: operand.feature } : operand;
    const sign = operator === "in" ? "in" : SIGN[operator];
    return { [sign]: [left, right] } as unknown as RulesLogic;
  };
  const logic = rules.map(
    (rule): RulesLogic => ({ and: [...rule.all.map(test), ...(rule.any.length > 0 ? [{ or: rule.any.map(test) }] : [])] }),
  );
  return (event) => {
    const fired: number[] = [];
    const facts = events[event]?.facts;
    for (let index = 0; index < logic.length; index++) if (jsonLogic.apply(logic[index] as RulesLogic, facts) === true) fired.push(index);
    return fired;
  };
}

const ENGINE_OPERATOR = {
  gt: "greaterThan",
  gte: "greaterThanInclusive",
  lt: "lessThan",
  lte: "lessThanInclusive",
  eq: "equal",
  ne: "notEqual",
  in: "in",
} as const;

export function jsonRulesEngine({ rules, events }: Workload): Contender {
  const test = ({ feature, operator, operand }: BenchTest) => ({
    fact: feature,
    operator: ENGINE_OPERATOR[operator],
    value: typeof operand === "object" && "feature" in operand ? { fact: operand.feature } : operand,
  });
  const engine = new Engine();
  rules.forEach((rule, index) => {
    const conditions = { all: [...rule.all.map(test), ...(rule.any.length > 0 ? [{ any: rule.any.map(test) }] : [])] } as TopLevelCondition;
    engine.addRule({ conditions, event: { type: String(index) } });
  });
  return async (event) => {
    const result = await engine.run(events[event]?.facts ?? {});
    return result.events.map(({ type }) => Number(type)).toSorted((a, b) => a - b);
  };
}
