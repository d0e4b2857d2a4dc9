import type { StoredDecision } from "../decision/answer.ts";
import { presentValue } from "../decision/present.ts";
import type { CanonicalEvent } from "../event/event.ts";
import type { Vocabulary } from "../features/catalogue.ts";
import type { FeatureValue } from "../features/value.ts";
import { blocksByItself } from "../guard/blocks-by-itself.ts";
import type { NewReport } from "../reports/report.ts";
import { DEFAULT_POLICY } from "../rules/check-policy.ts";
import { compileRuleset } from "../rules/compile.ts";
import type { Rule } from "../rules/ruleset.ts";
import type { NameHash } from "./report-peak.ts";
import type { DecisionTrigger } from "./triggers.ts";

/** A recorded decision with its event. */
export interface JudgedDecision {
  readonly event: CanonicalEvent;
  readonly decision: StoredDecision;
  readonly livemode: boolean;
}
/** The report that a decision opens or belongs to; null for none. The same for the same decision. */
export type DecisionJudge = (judged: JudgedDecision) => NewReport | null;

/**
 * Compiles triggers over decisions, once. They read the facts that were stored with a decision, by name: a fact that the live features do not declare
 * is missing, and a trigger that needs it stays silent.
 */
export function createDecisionJudge(
  triggers: readonly DecisionTrigger[],
  deps: {
    readonly vocabulary: Vocabulary;
    readonly currency: { readonly code: string; readonly exponent: number };
    readonly hash: NameHash;
  },
): DecisionJudge {
  const { vocabulary, currency, hash } = deps;
  const conditional = triggers.flatMap((trigger) => (trigger.condition === null ? [] : [{ trigger, condition: trigger.condition }]));
  const rules = conditional.map(({ trigger, condition }): Rule => {
    const { id, name, severity, on } = trigger;
    return { id, name, reason: id, severity, mode: "live", score: 0, on: [...on], condition, autoBlock: null };
  });
  const compiled = compileRuleset({ format: 1, files: [], policy: DEFAULT_POLICY, defines: [], whitelist: [], rules }, vocabulary, {
    currencyExponent: currency.exponent,
  });
  const names = vocabulary.slots.map(({ name }) => name);

  return ({ event, decision, livemode }) => {
    const { answer, facts } = decision;
    // Whom people trust, and who only tries the service out, is no suspicion.
    if (answer.decided_by?.kind === "whitelist" || answer.decided_by?.kind === "test_device") return null;
    const values: FeatureValue[] = names.map((name) => facts.values[name]);
    const kind = event.transactionType ?? event.type;
    const fired = new Set(compiled.evaluate(values, kind).fired.map((index) => conditional[index]?.trigger));
    for (const trigger of triggers) {
      if (trigger.condition !== null ? !fired.has(trigger) : !appliesTo(trigger, event)) continue;
      if (trigger.blocked && !blocksByItself(answer)) continue;
      if (trigger.riskScore !== null && answer.risk_score < trigger.riskScore) continue;
      const about = trigger.about.find((one) => event.dimensions[one] !== undefined);
      const value = about === undefined ? undefined : event.dimensions[about];
      if (about === undefined || value === undefined) continue;
      const read = compiled.namesReadBy(trigger.id);
      const seen = vocabulary.slots.filter(({ name }) => read.includes(name));
      const { dimensions } = event;
      const others = (of: "ip" | "device" | "client"): readonly string[] => (of === about ? [] : [dimensions[of] ?? []].flat());
      return {
        id: `${trigger.id}_${hash(`${trigger.id} ${answer.decision_id}`)}`,
        dedupKey: `trigger:${trigger.report}:${hash(`${trigger.report} ${livemode} ${about} ${value}`)}`,
        type: trigger.report,
        severity: trigger.severity,
        origin: "trigger",
        livemode,
        entity: { kind: about, value },
        description: `${trigger.name}: decision ${answer.decision_id}, outcome ${answer.outcome} with a score of ${answer.risk_score}`,
        evidence: {
          trigger: trigger.id,
          decision_id: answer.decision_id,
          transaction_id: answer.transaction_id,
          at: new Date(event.occurredAtMs).toISOString(),
          amount: event.amountMinor === null ? null : event.amountMinor / 10 ** currency.exponent,
          currency: currency.code,
          outcome: answer.outcome,
          risk_score: answer.risk_score,
          reasons: answer.reasons,
          rules: answer.rules.filter(({ mode }) => mode === "live").map(({ id }) => id),
          values: Object.fromEntries(seen.map(({ name, type, slot }) => [name, presentValue(values[slot], type, currency.exponent)])),
        },
        decisionIds: [answer.decision_id],
        ruleId: null,
        related: { addresses: others("ip"), devices: others("device"), clients: others("client") },
        deadline: null,
        openedAtMs: decision.decidedAtMs,
      };
    }
    return null;
  };
}

function appliesTo({ on }: DecisionTrigger, { type, transactionType }: CanonicalEvent): boolean {
  return on.includes(type) || (transactionType !== null && on.includes(transactionType));
}
