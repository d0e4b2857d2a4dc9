import * as z from "zod";
import { err, ok } from "../../core/result.ts";
import { readContent, readVersionSet } from "./read-sets.ts";
import { versionAction } from "./version-action.ts";

export const RollbackCall = z.strictObject({
  /** The version whose rules, features and cases come back. */
  to: z.int().positive(),
  message: z.string().trim().max(500).default(""),
  /** The `seq` that is live as the caller knows it. */
  version: z.int().nonnegative().optional(),
});

/** Makes the rules of an earlier version live again, as a new version; lists and models stay as they are now. An edited draft stays too. */
export const rollBack = versionAction({
  action: "ruleset.rollback",
  kind: "rollback",
  input: RollbackCall,
  plan: async (deps, { to, message }, { live }) => {
    if (to === live.record.seq)
      return err({ kind: "invalid", faults: [{ code: "is_live", path: "to", message: `version ${to} is the live one` }] });
    const target = await readVersionSet(deps, to);
    if (!target.ok) return target;
    const { manifest, sources } = target.value;
    const [ruleset, features] = await Promise.all([readContent(deps, manifest.ruleset), readContent(deps, manifest.features)]);
    if (!ruleset.ok) return ruleset;
    if (!features.ok) return features;
    const source = sources === null ? null : JSON.stringify(sources);
    return ok({
      changes: { ruleset: ruleset.value, features: features.value, source },
      message,
      about: { to },
      output: { to },
    });
  },
});
