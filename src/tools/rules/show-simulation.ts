import type { DecisionAnswer } from "../../core/decision/answer.ts";
import type { ExplainedNode } from "../../core/rules/explain.ts";
import { treeLines } from "./show-tree.ts";

type Told = Pick<
  DecisionAnswer,
  "outcome" | "risk_score" | "risk_level" | "reasons" | "degraded" | "warnings" | "rules" | "unknown_rules"
> &
  Partial<Pick<DecisionAnswer, "decisive_rules">>;

/** One event as a set of rules decides it, beside what is live. */
export interface ShownSimulation {
  readonly draft: Told;
  /** Null offline, and while nothing is live. */
  readonly live: Told | null;
  readonly rules: readonly { readonly id: string; readonly draft: string; readonly live: string; readonly tree: ExplainedNode }[];
}

/** Outcome, score and, for each rule that fired, could not be told or differs, its condition with what it saw. */
export function simulationLines({ draft, live, rules }: ShownSimulation): string[] {
  return [
    `files  ${decisionText(draft)}`,
    ...(live === null ? [] : [`live   ${decisionText(live)}`]),
    ...(draft.decisive_rules === undefined || draft.decisive_rules.length === 0
      ? []
      : [
          `blocked because of ${draft.decisive_rules.join(", ")}: without ${draft.decisive_rules.length === 1 ? "it" : "them"} it would not be`,
        ]),
    ...draft.warnings.map(({ path, message }) => `warning: ${path}: ${message}`),
    ...rules.flatMap((rule) => ["", ruleText(rule, live !== null, pointsOf(draft, rule.id)), ...treeLines(rule.tree, 1)]),
  ];
}

function decisionText({ outcome, risk_score, risk_level, reasons, degraded }: Told): string {
  const why = reasons.length === 0 ? "" : `: ${reasons.join(", ")}`;
  const without = degraded.length === 0 ? "" : ` (without ${degraded.join(", ")})`;
  return `${outcome}, score ${risk_score} ${risk_level}${why}${without}`;
}

const ruleText = (rule: ShownSimulation["rules"][number], isCompared: boolean, points: string): string =>
  `${rule.id} ${rule.draft === "none" ? "is not in the files" : rule.draft}${points}${isCompared && rule.live !== rule.draft ? `, live: ${rule.live === "none" ? "not there" : rule.live}` : ""}`;

function pointsOf({ rules }: Told, id: string): string {
  const fired = rules.find((rule) => rule.id === id);
  if (fired === undefined) return "";
  return fired.mode === "shadow" ? " in shadow" : ` for ${fired.points} points`;
}
