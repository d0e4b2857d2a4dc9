import * as z from "zod";
import { err, ok, type Result } from "../../core/result.ts";
import { switchOff } from "../../core/rules/edit/edit-rule.ts";
import { clip } from "../../core/rules/json-node.ts";
import { didYouMean } from "../../core/rules/nearest.ts";
import type { Rule, Ruleset } from "../../core/rules/ruleset.ts";
import type { StaffRefusal } from "../staff-action.ts";
import { readContent, readRuleset } from "./read-sets.ts";
import { RuleId } from "./rule-input.ts";
import { carryToDraft, versionAction } from "./version-action.ts";

export const KillCall = z.strictObject({
  message: z.string().trim().max(500).default(""),
  /** The `seq` that is live as the caller knows it. */
  version: z.int().nonnegative().optional(),
});

/**
 * Turns one live rule off for the next decision, in the live set and in the draft. The compiled set is edited as it is, so that it works whatever
 * the sources say by now; nothing else of it changes.
 */
export const killRule = versionAction({
  action: "rule.kill",
  kind: "kill",
  input: KillCall.extend({ id: RuleId }),
  plan: async (deps, { id, message }, { live, draft }, context) => {
    const compiled = await readRuleset(deps, live);
    if (!compiled.ok) return compiled;
    const found = findCompiled(compiled.value, id);
    if (!found.ok) return found;
    const rule = found.value;
    if (rule.mode === "off")
      return err({ kind: "invalid", faults: [{ code: "is_off", path: "id", message: `\`${rule.id}\` is off already` }] });
    const features = await readContent(deps, live.manifest.features);
    if (!features.ok) return features;
    const rules = compiled.value.rules.map((one) => (one.id === rule.id ? { ...one, mode: "off" as const } : one));
    const sources = live.sources === null ? null : switchOff(live.sources, rule.id);
    return ok({
      changes: {
        ruleset: JSON.stringify({ ...compiled.value, rules }),
        features: features.value,
        source: sources === null ? null : JSON.stringify(sources),
      },
      message,
      conditions: carryToDraft(draft, context, (texts) => switchOff(texts, rule.id)),
      about: { rule: rule.id, was: rule.mode },
      output: { id: rule.id, was: rule.mode },
    });
  },
});

function findCompiled({ rules }: Ruleset, id: string): Result<Rule, StaffRefusal> {
  const full = rules.find((rule) => rule.id === id);
  if (full !== undefined) return ok(full);
  const bare = rules.filter((rule) => rule.id.endsWith(`/${id}`));
  const [only] = bare;
  if (only !== undefined && bare.length === 1) return ok(only);
  const known = rules.map((rule) => (id.includes("/") ? rule.id : rule.id.slice(rule.id.indexOf("/") + 1)));
  const several = `\`${clip(id)}\` is the id of several live rules: ${bare.map((rule) => `\`${rule.id}\``).join(", ")}`;
  return err({ kind: "not_found", detail: bare.length > 1 ? several : `no live rule is called \`${clip(id)}\`${didYouMean(id, known)}` });
}
