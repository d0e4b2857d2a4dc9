import * as z from "zod";
import { err, ok } from "../../core/result.ts";
import { type Dependent, dependentsOf } from "../../core/rules/edit/dependents.ts";
import { addRule, changeRule, removeRule, reorderRules } from "../../core/rules/edit/edit-rule.ts";
import { findDocument, findRule } from "../../core/rules/edit/find-rule.ts";
import type { RuleSources } from "../../core/rules/sources.ts";
import { DRAFT_TARGET, draftAction, ruleTarget } from "./draft-action.ts";
import { DraftVersion, FileName, RuleId, RuleInput } from "./rule-input.ts";
import { unavailable, WORKSHOP_BUDGET_MS } from "./workshop-deps.ts";

export const NewRuleCall = z.strictObject({ file: FileName, rule: RuleInput, version: DraftVersion });
export const RuleCall = z.strictObject({ rule: RuleInput, version: DraftVersion });
export const ReorderCall = z.strictObject({ file: FileName, ids: z.array(RuleId).min(1).max(5_000), version: DraftVersion });
const OneRule = z.strictObject({ id: RuleId, version: DraftVersion });

/** Something still names the rule. */
export interface RuleInUse {
  readonly kind: "rule_in_use";
  readonly id: string;
  readonly dependents: readonly Dependent[];
}

/** The rule with this full id, as it is audited. */
const stateOfRule = (id: string) => (sources: RuleSources) => {
  const found = findRule(sources, id);
  return found.ok && found.value.id === id ? found.value.rule : null;
};

/** Adds a rule to a file of the draft. */
export const createRule = draftAction({
  action: "rule.create",
  input: NewRuleCall,
  edit: ({ file, rule }, { draft }) => {
    const added = addRule(draft.sources, file, rule);
    if (!added.ok) return added;
    const { sources, id } = added.value;
    return ok({ sources, target: ruleTarget(id), stateOf: stateOfRule(id), output: { id, rule: stateOfRule(id)(sources) } });
  },
});

/** Replaces a rule of the draft; what it leaves out is taken out. */
export const updateRule = draftAction({
  action: "rule.update",
  input: RuleCall.extend({ id: RuleId }),
  edit: ({ id, rule }, { draft }) => {
    const found = findRule(draft.sources, id);
    if (!found.ok) return found;
    const changed = changeRule(draft.sources, found.value, rule);
    if (!changed.ok) return changed;
    const full = found.value.id;
    return ok({
      sources: changed.value.sources,
      target: ruleTarget(full),
      stateOf: stateOfRule(full),
      output: { id: full, rule: stateOfRule(full)(changed.value.sources) },
    });
  },
});

/** Takes a rule out of the draft, unless a case or a whitelist entry names it, or a block that it made is in force. */
export const deleteRule = draftAction<z.infer<typeof OneRule>, { readonly id: string }, RuleInUse>({
  action: "rule.delete",
  input: OneRule,
  edit: async ({ id }, { draft }, deps, context) => {
    const found = findRule(draft.sources, id);
    if (!found.ok) return found;
    const full = found.value.id;
    const listed = await deps.dependents.ofRule(full, context.nowMs, WORKSHOP_BUDGET_MS);
    if (!listed.ok) return err(unavailable(listed.error));
    const dependents = [...dependentsOf(draft.sources, found.value), ...listed.value];
    if (dependents.length > 0) return err({ kind: "rule_in_use", id: full, dependents });
    const removed = removeRule(draft.sources, found.value);
    return removed.ok
      ? ok({ sources: removed.value.sources, target: ruleTarget(full), stateOf: stateOfRule(full), output: { id: full } })
      : removed;
  },
});

/** Puts the rules of a file into another order; it decides which of two equal reasons is told first. */
export const reorderDraft = draftAction({
  action: "rule.reorder",
  input: ReorderCall,
  edit: ({ file, ids }, { draft }) => {
    const reordered = reorderRules(draft.sources, file, ids);
    if (!reordered.ok) return reordered;
    const stateOf = (sources: RuleSources) => {
      const found = findDocument(sources, file);
      return found.ok ? { file, ids: found.value.rules.map((rule) => String(rule.id)) } : null;
    };
    const { sources } = reordered.value;
    return ok({ sources, target: DRAFT_TARGET, stateOf, output: stateOf(sources) });
  },
});
