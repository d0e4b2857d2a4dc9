import { err, ok, type Result } from "../../core/result.ts";
import { diffSources, type RuleDifference, type SourcesDifference } from "../../core/rules/diff.ts";
import { type Dependent, dependentsOf } from "../../core/rules/edit/dependents.ts";
import { type FoundRule, findRule, listRules } from "../../core/rules/edit/find-rule.ts";
import type { RuleSources } from "../../core/rules/sources.ts";
import type { StaffRefusal } from "../staff-action.ts";
import { contextMay, type StaffContext } from "../staff-context.ts";
import { type DraftSet, readDraftSet, type VersionSet } from "./read-sets.ts";
import { unavailable, WORKSHOP_BUDGET_MS, type WorkshopDeps } from "./workshop-deps.ts";

const EMPTY: RuleSources = { files: [], cases: [], features: "{}" };

/** A rule of the draft, and how it stands to the live set. */
export interface ListedRule extends FoundRule {
  readonly difference: RuleDifference["kind"] | "same";
}
export interface DraftView {
  readonly draft: DraftSet;
  readonly liveSeq: number | null;
  /** What the draft says differently from the live set. */
  readonly difference: SourcesDifference;
}
export interface RuleFilters {
  /** Text in the id, name, reason or note, in any case. */
  readonly q: string | null;
  readonly mode: string | null;
  readonly severity: string | null;
  /** A file's name, or the name in it. */
  readonly file: string | null;
}

/** The draft with what differs from the live set. */
export async function readDraftView(deps: WorkshopDeps, context: StaffContext): Promise<Result<DraftView, StaffRefusal>> {
  if (!contextMay(context, "rules.read")) return err({ kind: "not_allowed", verb: "rules.read", role: context.role });
  const sets = await readDraftSet(deps);
  return sets.ok ? ok(viewOf(sets.value)) : sets;
}

/** The rules of the draft that fit the filters, in order. */
export async function readRules(
  deps: WorkshopDeps,
  context: StaffContext,
  filters: RuleFilters,
): Promise<Result<DraftView & { readonly rules: readonly ListedRule[] }, StaffRefusal>> {
  const view = await readDraftView(deps, context);
  if (!view.ok) return view;
  const kinds = new Map(view.value.difference.rules.map(({ id, kind }) => [id, kind]));
  const rules = listRules(view.value.draft.sources).filter((one) => fits(one, filters));
  return ok({ ...view.value, rules: rules.map((one) => ({ ...one, difference: kinds.get(one.id) ?? "same" })) });
}

export interface OneRule extends DraftView {
  readonly rule: ListedRule;
  /** As the live set says it; null when it has no such rule. */
  readonly live: Readonly<Record<string, unknown>> | null;
  readonly dependents: readonly Dependent[];
}

/** One rule of the draft, beside what is live. */
export async function readRule(deps: WorkshopDeps, context: StaffContext, id: string): Promise<Result<OneRule, StaffRefusal>> {
  if (!contextMay(context, "rules.read")) return err({ kind: "not_allowed", verb: "rules.read", role: context.role });
  const sets = await readDraftSet(deps);
  if (!sets.ok) return sets;
  const view = viewOf(sets.value);
  const found = findRule(view.draft.sources, id);
  if (!found.ok) return found;
  const listed = await deps.dependents.ofRule(found.value.id, context.nowMs, WORKSHOP_BUDGET_MS);
  if (!listed.ok) return err(unavailable(listed.error));
  const live = sets.value.live?.sources;
  const liveRule = live === undefined || live === null ? undefined : listRules(live).find((one) => one.id === found.value.id);
  const kind = view.difference.rules.find((one) => one.id === found.value.id)?.kind ?? "same";
  return ok({
    ...view,
    rule: { ...found.value, difference: kind },
    live: liveRule?.rule ?? null,
    dependents: [...dependentsOf(view.draft.sources, found.value), ...listed.value],
  });
}

function viewOf({ draft, live }: { draft: DraftSet; live: VersionSet | null }): DraftView {
  return { draft, liveSeq: live?.record.seq ?? null, difference: diffSources(live?.sources ?? EMPTY, draft.sources) };
}

function fits({ rule, document }: FoundRule, { q, mode, severity, file }: RuleFilters): boolean {
  if (mode !== null && (rule.mode ?? "live") !== mode) return false;
  if (severity !== null && rule.severity !== severity) return false;
  if (file !== null && document.file.name !== file && document.name !== file) return false;
  if (q === null) return true;
  const wanted = q.toLowerCase();
  return [`${document.name}/${String(rule.id)}`, rule.name, rule.reason, rule.note].some(
    (text) => typeof text === "string" && text.toLowerCase().includes(wanted),
  );
}
