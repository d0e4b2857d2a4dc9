import type { World } from "../core/access/api-key.ts";
import { StoredDecision } from "../core/decision/answer.ts";
import { err, ok, type Result } from "../core/result.ts";
import { forCaller } from "./for-caller.ts";
import type { Refusal } from "./refusal.ts";
import type { Services } from "./services.ts";

const REDIS_BUDGET_MS = 200;
const POSTGRES_BUDGET_MS = 2_000;

export interface ReadCall {
  readonly id: string;
  readonly stage: string | null;
  readonly world: World;
  readonly isStaff: boolean;
}

/** A stored decision: from Postgres, or from the claim in Redis while the consumer has not moved it yet. */
export async function findDecision(services: Services, call: Omit<ReadCall, "isStaff">): Promise<Result<StoredDecision, Refusal>> {
  const recorded = await services.records.findDecision(call.id, call.stage, call.world === "live", POSTGRES_BUDGET_MS);
  if (recorded.ok && recorded.value !== null) return ok(recorded.value);
  const claimed = await services.velocity[call.world].decisionOf(call.id, call.stage ?? "", REDIS_BUDGET_MS);
  if (claimed.ok && claimed.value.decision !== null) return ok(StoredDecision.parse(JSON.parse(claimed.value.decision)));
  if (!recorded.ok) return err({ kind: "unavailable", part: recorded.error.source });
  return err({ kind: "not_found", detail: `no decision \`${call.id.slice(0, 128)}\`` });
}

/** The decision as its reader may see it, with the facts it read and its latest label. */
export async function readDecision(services: Services, call: ReadCall): Promise<Result<Record<string, unknown>, Refusal>> {
  const found = await findDecision(services, call);
  if (!found.ok) return found;
  const { answer, facts, decidedAtMs, recovered } = found.value;
  const label = await services.records.latestLabel(answer.decision_id, POSTGRES_BUDGET_MS);
  return ok({
    ...forCaller(answer, call.isStaff),
    facts,
    decided_at: new Date(decidedAtMs).toISOString(),
    recovered,
    label:
      label.ok && label.value !== null
        ? { label: label.value.label, source: label.value.source, labelled_at: new Date(label.value.labelledAtMs).toISOString() }
        : null,
  });
}
