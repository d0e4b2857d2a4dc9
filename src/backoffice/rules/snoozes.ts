import * as z from "zod";
import { err, ok, type Result } from "../../core/result.ts";
import { checkSources } from "../../core/rules/check-sources.ts";
import { WHITELIST_TYPES } from "../../core/rules/document.ts";
import { addSnooze, type FoundSnooze, listSnoozes, removeSnooze, type SnoozeEntry, snoozeId } from "../../core/rules/edit/edit-snooze.ts";
import { findDocument, findRule } from "../../core/rules/edit/find-rule.ts";
import type { RuleSources } from "../../core/rules/sources.ts";
import type { StaffRefusal } from "../staff-action.ts";
import { contextMay, type StaffContext } from "../staff-context.ts";
import { besideLive } from "./beside-live.ts";
import { readDraftSet, type VersionSet } from "./read-sets.ts";
import { RuleId } from "./rule-input.ts";
import { carryToDraft, versionAction } from "./version-action.ts";
import type { VersionRefusal, WorkshopDeps } from "./workshop-deps.ts";

const LONGEST_MS = 90 * 86_400_000;

const LiveSeq = z.int().nonnegative().optional();
export const SnoozeCall = z.strictObject({
  type: z.enum(WHITELIST_TYPES),
  /** An address or network for `ip`, else the id. */
  value: z.string().trim().min(1).max(500),
  reason: z.string().trim().min(1).max(500),
  /** Full ids, or bare ones that only one rule has. */
  rules: z.array(RuleId).min(1).max(100),
  /** At most 90 days ahead. */
  expiresAt: z.iso.datetime({ offset: true }),
  version: LiveSeq,
});

export interface Snooze extends SnoozeEntry {
  readonly id: string;
  /** The file it stands in. */
  readonly file: string;
  readonly isActive: boolean;
}
const toSnooze = ({ id, document, type, value, reason, rules, expiresAt }: FoundSnooze, nowMs: number): Snooze => ({
  ...{ id, file: document.file.name, type, value, reason, rules, expiresAt },
  isActive: expiresAt === null || Date.parse(expiresAt) > nowMs,
});

/** Whom the live set spares some rules, those whose time is over too. */
export async function readSnoozes(deps: WorkshopDeps, context: StaffContext): Promise<Result<readonly Snooze[], StaffRefusal>> {
  if (!contextMay(context, "rules.read")) return err({ kind: "not_allowed", verb: "rules.read", role: context.role });
  const sets = await readDraftSet(deps);
  if (!sets.ok) return sets;
  const snoozes = await listSnoozes(sets.value.live?.sources ?? { files: [] });
  return ok(snoozes.map((one) => toSnooze(one, context.nowMs)));
}

/** Silences some rules for one entity until a time, on the next decision: an entry of the whitelist, in the live set and in the draft. */
export const createSnooze = versionAction({
  action: "snooze.create",
  kind: "snooze",
  input: SnoozeCall,
  plan: async (deps, { type, value, reason, rules, expiresAt }, { live, draft }, context) => {
    const faults = faultsOfEnd(Date.parse(expiresAt), context.nowMs);
    if (faults !== null) return faults;
    const sources = sourcesOf(live);
    if (!sources.ok) return sources;
    const named = rules.map((id) => findRule(sources.value, id));
    const unknown = named.flatMap((found, at) =>
      found.ok
        ? []
        : [{ code: "unknown_rule", path: `rules[${at}]`, message: found.error.kind === "not_found" ? found.error.detail : "unknown" }],
    );
    const [first] = named;
    if (unknown.length > 0 || first === undefined || !first.ok) return err({ kind: "invalid", faults: unknown });
    const ids = [...new Set(named.flatMap((found) => (found.ok ? [found.value.id] : [])))];
    const entry = { type, value, reason, rules: ids, expiresAt };
    const id = await snoozeId(entry);
    if ((await listSnoozes(sources.value)).some((one) => one.id === id))
      return err({ kind: "taken", detail: "the live set already says exactly this" });
    const { document } = first.value;
    const edited = addSnooze(sources.value, document, entry);
    const inDraft = (texts: RuleSources): RuleSources | null => {
      const same = findDocument(texts, document.file.name);
      return same.ok ? addSnooze(texts, same.value, entry) : null;
    };
    const compiled = compile(deps, live, edited);
    if (!compiled.ok) return compiled;
    return ok({
      changes: compiled.value,
      message: `snooze ${ids.join(", ")} until ${expiresAt}: ${reason}`,
      conditions: carryToDraft(draft, context, inDraft),
      about: { snooze: id, rules: ids, until: expiresAt },
      output: { ...entry, id, file: document.file.name, isActive: true } satisfies Snooze,
    });
  },
});

/** Ends a snooze before its time, in the live set and in the draft. */
export const endSnooze = versionAction({
  action: "snooze.end",
  kind: "snooze",
  input: z.strictObject({ id: z.string().min(1).max(64), version: LiveSeq }),
  plan: async (deps, { id }, { live, draft }, context) => {
    const sources = sourcesOf(live);
    if (!sources.ok) return sources;
    const found = (await listSnoozes(sources.value)).find((one) => one.id === id);
    if (found === undefined) return err({ kind: "not_found", detail: `the live set has no snooze \`${id}\`` });
    const drafted = (await listSnoozes(draft.sources)).find((one) => one.id === id);
    const compiled = compile(deps, live, removeSnooze(sources.value, found));
    if (!compiled.ok) return compiled;
    return ok({
      changes: compiled.value,
      message: `end the snooze of ${found.rules.join(", ")}`,
      conditions: carryToDraft(draft, context, (texts) => (drafted === undefined ? texts : removeSnooze(texts, drafted))),
      about: { snooze: id, rules: found.rules },
      output: toSnooze(found, context.nowMs),
    });
  },
});

function faultsOfEnd(atMs: number, nowMs: number): Result<never, StaffRefusal> | null {
  const refuse = (message: string): Result<never, StaffRefusal> =>
    err({ kind: "invalid", faults: [{ code: "out_of_range", path: "expiresAt", message }] });
  if (!(atMs > nowMs)) return refuse("must be in the future");
  return atMs - nowMs > LONGEST_MS ? refuse("a snooze ends within 90 days; what lasts longer belongs into the rule") : null;
}

function sourcesOf({ sources, record }: VersionSet): Result<RuleSources, StaffRefusal> {
  if (sources !== null) return ok(sources);
  return err({ kind: "not_found", detail: `version ${record.seq} is from before sources were kept: publish the files first` });
}

function compile(
  deps: WorkshopDeps,
  live: VersionSet,
  sources: RuleSources,
): Result<{ readonly ruleset: string; readonly features: string; readonly source: string }, VersionRefusal> {
  const checked = checkSources(sources, besideLive(deps.options, live));
  if (!checked.ok) return err({ kind: "faults", faults: checked.error });
  return ok({ ruleset: JSON.stringify(checked.value.ruleset), features: sources.features, source: JSON.stringify(sources) });
}
