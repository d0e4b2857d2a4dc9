import { assessPrior, type CompellingEvidence, priorWindow } from "../../core/evidence/compelling-evidence.ts";
import type { Dossier } from "../../core/evidence/dossier.ts";
import { factsOf } from "../../core/evidence/gather-facts.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { EvidenceStore } from "../../ports/evidence.ts";
import type { StaffRefusal } from "../staff-action.ts";
import { contextMay, type StaffContext } from "../staff-context.ts";
import { presentFile } from "./add-file.ts";
import { EVIDENCE_BUDGET_MS, findKnown, type Known } from "./evidence-deps.ts";

/** A dossier with what it was made from. */
export interface ReadDossier {
  readonly dossier: Dossier;
  readonly known: Known;
}

/** All evidence of a transaction: its record as it is now, or as it was when the chargeback came once the record's time is over. */
export async function readDossier(
  deps: { readonly evidence: EvidenceStore },
  context: StaffContext,
  transactionId: string,
): Promise<Result<ReadDossier, StaffRefusal>> {
  if (!contextMay(context, "evidence.read")) return err({ kind: "not_allowed", verb: "evidence.read", role: context.role });
  const found = await findKnown(deps, transactionId, context.world);
  if (!found.ok) return found;
  const known = found.value;
  const { record, recorded } = known;
  const prior = await findPrior(deps, known, context.nowMs);
  const snapshot = record?.snapshot ?? null;
  const chargeback = record?.chargeback ?? null;
  const dossier: Dossier = {
    transaction_id: transactionId,
    livemode: context.world === "live",
    made_at: iso(context.nowMs),
    transaction: recorded === null ? (snapshot?.facts ?? null) : factsOf(recorded),
    taken_from: recorded !== null ? "record" : snapshot === null ? null : "snapshot",
    chargeback:
      chargeback === null ? null : { payment_id: chargeback.paymentId, at: iso(chargeback.atMs), reason_code: chargeback.reasonCode },
    snapshot: snapshot === null ? null : { taken_at: iso(snapshot.takenAtMs), sha256: snapshot.sha256 },
    hold_until: record?.holdUntilMs == null ? null : iso(record.holdUntilMs),
    delivery: record?.delivery ?? [],
    version: record?.version ?? 0,
    communications: [...(record?.communications ?? [])],
    files: (record?.files ?? []).map(presentFile),
    compelling_evidence: prior.assessed,
    degraded: prior.degraded,
  };
  return ok({ dossier, known });
}

interface Prior {
  readonly assessed: CompellingEvidence | null;
  readonly degraded: string[];
}

/** Counted from the chargeback, or from now while there is none. A search that fails is named, and the rest is shown. */
async function findPrior({ evidence }: { readonly evidence: EvidenceStore }, { record, recorded }: Known, nowMs: number): Promise<Prior> {
  if (recorded === null) return { assessed: null, degraded: [] };
  const countedFromMs = record?.chargeback?.atMs ?? nowMs;
  const { fromMs, toMs } = priorWindow(countedFromMs);
  const prior = await evidence.prior(recorded, fromMs, toMs, EVIDENCE_BUDGET_MS);
  if (!prior.ok) return { assessed: null, degraded: ["prior_transactions"] };
  return { assessed: assessPrior(recorded.event, prior.value, countedFromMs), degraded: [] };
}

const iso = (ms: number): string => new Date(ms).toISOString();
