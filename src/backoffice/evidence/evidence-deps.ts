import type { World } from "../../core/access/api-key.ts";
import type { AuditTarget } from "../../core/audit/entry.ts";
import type { RecordedTransaction } from "../../core/evidence/gather-facts.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { Disputed, EvidenceFiles, EvidenceRecord, EvidenceStore } from "../../ports/evidence.ts";
import type { StaffDeps, StaffRefusal } from "../staff-action.ts";

export const EVIDENCE_BUDGET_MS = 10_000;

export interface EvidenceDeps extends StaffDeps {
  readonly evidence: EvidenceStore;
}
export interface EvidenceFileDeps extends EvidenceDeps {
  readonly files: EvidenceFiles;
}
/** A transaction with what was added to it; one of both is there. */
export interface Known {
  readonly of: Disputed;
  readonly record: EvidenceRecord | null;
  readonly recorded: RecordedTransaction | null;
  readonly clientId: string | null;
}

/** A transaction that has a record or evidence, read at one time. */
export async function findKnown(
  { evidence }: { readonly evidence: EvidenceStore },
  transactionId: string,
  world: World,
): Promise<Result<Known, StaffRefusal>> {
  const of = { transactionId, world };
  const [gathered, found] = await Promise.all([evidence.gather(of, EVIDENCE_BUDGET_MS), evidence.find(of, EVIDENCE_BUDGET_MS)]);
  if (!gathered.ok) return err({ kind: "unavailable", part: gathered.error.source });
  if (!found.ok) return err({ kind: "unavailable", part: found.error.source });
  const [recorded, record] = [gathered.value, found.value];
  if (recorded === null && record === null) return err({ kind: "not_found", detail: `no transaction \`${transactionId.slice(0, 128)}\`` });
  return ok({ of, record, recorded, clientId: recorded?.event.dimensions.client ?? record?.clientId ?? null });
}

export const evidenceTarget = (transactionId: string): AuditTarget => ({ kind: "evidence", id: transactionId, isPersonal: false });
