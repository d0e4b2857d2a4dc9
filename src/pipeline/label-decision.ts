import type { World } from "../core/access/api-key.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { Label } from "../ports/records.ts";
import { findDecision } from "./read-decision.ts";
import type { Refusal } from "./refusal.ts";
import type { Services } from "./services.ts";

const BUDGET_MS = 2_000;

export interface LabelCall {
  readonly id: string;
  readonly world: World;
  readonly label: Label;
  readonly source: string;
  readonly atMs: number;
  readonly by: string;
}

/** Keeps the ground truth of a decision (S1.16); the latest label counts, the history stays. */
export async function labelDecision(services: Services, call: LabelCall): Promise<Result<Record<string, string>, Refusal>> {
  const found = await findDecision(services, { id: call.id, stage: null, world: call.world });
  if (!found.ok) return found;
  const decisionId = found.value.answer.decision_id;
  const kept = await services.records.putLabel(
    { decisionId, label: call.label, source: call.source, labelledAtMs: call.atMs, by: call.by },
    BUDGET_MS,
  );
  if (!kept.ok) return err({ kind: "unavailable", part: kept.error.source });
  return ok({ decision_id: decisionId, label: call.label, source: call.source, labelled_at: new Date(call.atMs).toISOString() });
}
