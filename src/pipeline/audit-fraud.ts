import type { AuditEntry } from "../core/audit/entry.ts";
import type { RecordEntry } from "../ports/records.ts";

/** Fraud found, for the audit log (S3.18): one entry per blocked decision, under an id of its own, so that recording it twice chains it once. */
export function fraudFound(entries: readonly RecordEntry[]): AuditEntry[] {
  return entries.flatMap(({ decision, livemode }) => {
    if (decision === null || decision.answer.outcome !== "block") return [];
    const { decision_id, transaction_id, risk_score, reasons, rules, versions } = decision.answer;
    return {
      id: `fraud:${decision_id}`,
      atMs: decision.decidedAtMs,
      world: livemode ? ("live" as const) : ("test" as const),
      actor: { id: "system", name: null, role: null },
      action: "fraud.found",
      target: { kind: "decision", id: decision_id, isPersonal: false },
      success: true,
      address: null,
      requestId: decision_id,
      details: {
        transaction_id,
        risk_score,
        reasons,
        rules: rules.filter(({ mode }) => mode === "live").map(({ id }) => id),
        seq: versions.seq,
      },
      personal: null,
    };
  });
}
