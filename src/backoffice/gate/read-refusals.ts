import type { GateRefusal } from "../../core/gate/refusal.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { RefusalQuery, RefusalStore } from "../../ports/gate.ts";
import type { StaffRefusal } from "../staff-action.ts";
import { contextMay, type StaffContext } from "../staff-context.ts";

const BUDGET_MS = 10_000;

export interface ReadRefusals {
  /** Those of the reference that was asked for. */
  readonly refusals: readonly GateRefusal[];
  /** Empty when a reference was asked for. */
  readonly totals: readonly { readonly value: string | null; readonly count: number }[];
}

/** What the gate refused: one visitor's by the reference on its page, or counts. */
export async function readRefusals(
  store: RefusalStore,
  context: StaffContext,
  query: string | RefusalQuery,
): Promise<Result<ReadRefusals, StaffRefusal>> {
  if (!contextMay(context, "lists.read")) return err({ kind: "not_allowed", verb: "lists.read", role: context.role });
  if (typeof query === "string") {
    const found = await store.byReference(query, BUDGET_MS);
    return found.ok ? ok({ refusals: found.value, totals: [] }) : err({ kind: "unavailable", part: found.error.source });
  }
  const found = await store.totals(query, BUDGET_MS);
  return found.ok ? ok({ refusals: [], totals: found.value }) : err({ kind: "unavailable", part: found.error.source });
}
