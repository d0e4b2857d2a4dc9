import type * as z from "zod";
import type { Verb } from "../core/access/permission.ts";
import { differenceOf, type FieldDifference } from "../core/audit/difference.ts";
import type { AuditDetails, AuditTarget } from "../core/audit/entry.ts";
import { formatPath } from "../core/event/lenient.ts";
import { findUnstorableText } from "../core/event/unstorable-text.ts";
import { findCardNumbers } from "../core/privacy/find-card-numbers.ts";
import { sealFreeText } from "../core/privacy/seal-free-text.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { Answer } from "../ports/answer.ts";
import type { LastChange, StaffChange, StaffWrites } from "../ports/staff-writes.ts";
import { contextMay, type StaffContext, type StaffExcess } from "./staff-context.ts";

const BUDGET_MS = 10_000;

/** What every verb needs, beside the stores it names itself. */
export interface StaffDeps {
  readonly writes: StaffWrites;
  readonly newId: () => string;
}
/** A record as it is now; `state` is what staff may see of it, without secrets. */
export interface Versioned {
  readonly version: number;
  readonly state: AuditDetails;
}
/** Someone changed the record first, or it is gone (`current` null). */
export interface StaffConflict {
  readonly kind: "conflict";
  readonly current: Versioned | null;
  readonly changed: LastChange | null;
  readonly difference: readonly FieldDifference[];
}
/** Why a staff action was not done; a verb may add kinds of its own. */
export type StaffRefusal =
  | { readonly kind: "not_allowed"; readonly verb: Verb; readonly role: string }
  | StaffExcess
  | { readonly kind: "invalid"; readonly faults: readonly { readonly code: string; readonly path: string; readonly message: string }[] }
  | { readonly kind: "not_found"; readonly detail: string }
  /** A unique name is in use. */
  | { readonly kind: "taken"; readonly detail: string }
  | StaffConflict
  | { readonly kind: "unavailable"; readonly part: string };

/** What a verb wants done, decided before anything is written. */
export interface StaffPlan<Output> {
  readonly change: StaffChange;
  readonly also?: readonly StaffChange[];
  readonly target: AuditTarget;
  /** The record that `change` was prepared for; null when it makes a new one. */
  readonly current: Versioned | null;
  /** The version the caller saw, from the body; `If-Match` counts when it is left out. */
  readonly expected?: number | undefined;
  /** What the record will say; null when it will be gone. */
  readonly after: AuditDetails | null;
  /** Personal details of the target, for the audit log alone. */
  readonly personal?: AuditDetails | null;
  /** Reads the record anew, for the answer to a conflict. */
  readonly reread: () => Answer<Versioned | null>;
  /** Who last changed what is locked, where that is more than the target; the audit log of the target says it when left out. */
  readonly lastChange?: () => Answer<LastChange | null>;
  readonly output: Output;
}
export interface StaffVerb<Deps, Input, Output, Refused> {
  readonly verb: Verb;
  /** In the audit log: `api_key.revoke`. */
  readonly action: string;
  readonly input: z.ZodType<Input>;
  /** Reads what it needs and prepares the change; writes nothing. */
  readonly plan: (deps: Deps, input: Input, context: StaffContext) => Promise<Result<StaffPlan<Output>, Refused | StaffRefusal>>;
}
export type StaffAction<Deps, Output, Refused> = (
  deps: Deps,
  context: StaffContext,
  input: unknown,
) => Promise<Result<Output, Refused | StaffRefusal>>;

/**
 * Makes a verb: permission → parse → change → audit. The change and its audit row are one write; of two editors of one version one wins,
 * and the other is told the state, who made it and where it differs from what they wanted.
 */
export function staffAction<Deps extends StaffDeps, Input, Output, Refused = never>(
  definition: StaffVerb<Deps, Input, Output, Refused>,
): StaffAction<Deps, Output, Refused> {
  return async (deps, context, input) => {
    if (!contextMay(context, definition.verb)) return err({ kind: "not_allowed", verb: definition.verb, role: context.role });
    const parsed = definition.input.safeParse(input);
    if (!parsed.success) {
      const faults = parsed.error.issues.map(({ code, path, message }) => ({ code, path: formatPath(path), message }));
      return err({ kind: "invalid", faults });
    }
    const unstorable = findUnstorableText(parsed.data);
    if (unstorable !== null) return err({ kind: "invalid", faults: [unstorable] });
    const cardNumbers = findCardNumbers(input);
    if (cardNumbers.length > 0) return err({ kind: "invalid", faults: cardNumbers });
    const planned = await definition.plan(deps, parsed.data, context);
    if (!planned.ok) return planned;
    const plan = planned.value;
    const expected = plan.expected ?? context.ifVersion;
    if (expected !== null && plan.current !== null && expected !== plan.current.version) return conflict(deps, plan);
    const audit = {
      id: deps.newId(),
      atMs: context.nowMs,
      world: context.world,
      actor: { ...context.actor, role: context.role },
      action: definition.action,
      target: plan.target,
      success: true,
      address: context.address,
      requestId: context.requestId,
      ...sealFreeText(plan.target.kind, { before: plan.current?.state ?? null, after: plan.after }, plan.personal ?? null),
    };
    const committed = await deps.writes.commit({ change: plan.change, also: plan.also ?? [], audit }, BUDGET_MS);
    if (!committed.ok) return err({ kind: "unavailable", part: committed.error.source });
    switch (committed.value) {
      case "made":
        return ok(plan.output);
      case "taken":
        return err({ kind: "taken", detail: `another ${plan.target.kind.replaceAll("_", " ")} has this name` });
      case "stale":
        return conflict(deps, plan);
    }
  };
}

async function conflict(deps: StaffDeps, plan: StaffPlan<unknown>): Promise<Result<never, StaffRefusal>> {
  const current = await plan.reread();
  if (!current.ok) return err({ kind: "unavailable", part: current.error.source });
  const changed = await (plan.lastChange?.() ?? deps.writes.lastChange(plan.target, BUDGET_MS));
  return err({
    kind: "conflict",
    current: current.value,
    // Who it was is worth having and not worth failing for.
    changed: changed.ok ? changed.value : null,
    difference: differenceOf(plan.after ?? {}, current.value?.state ?? {}),
  });
}
