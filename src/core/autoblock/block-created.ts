import type { AuditDetails, AuditEntry } from "../audit/entry.ts";
import type { ListedKind } from "../lists/list-hit.ts";
import type { WebhookEvent } from "../webhooks/webhook-event.ts";

/** A rule's block as it is recorded. */
export interface RuleBlock {
  readonly id: string;
  readonly livemode: boolean;
  readonly kind: ListedKind;
  readonly value: string;
  readonly reason: string;
  readonly createdBy: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number | null;
  readonly decisionId: string | null;
  readonly ruleId: string | null;
}

const isoOf = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** `block.created`, as subscribers are told, of a rule's block or of one by staff. Whom it names is not told: its id leads there. */
export function blockCreated(block: RuleBlock & { readonly verdict?: string; readonly source?: "auto" | "staff" }): WebhookEvent {
  const { id, livemode, kind, verdict = "block", reason, source = "auto", createdAtMs, expiresAtMs, decisionId, ruleId } = block;
  return {
    id: `block.created:${id}`,
    type: "block.created",
    livemode,
    atMs: createdAtMs,
    data: {
      ...{ block_id: id, target: kind, verdict, reason, source, rule_id: ruleId, decision_id: decisionId },
      created_at: isoOf(createdAtMs),
      expires_at: isoOf(expiresAtMs),
    },
  };
}

/** The audit row of a rule's block, under the block's id; whom it names is sealed. */
export function blockAudit(block: RuleBlock, atMs: number): AuditEntry {
  const { id, livemode, kind, value, reason, createdBy, expiresAtMs, decisionId, ruleId } = block;
  const after: AuditDetails = {
    ...{ verdict: "block", type: kind, reason, rules: null, source: "auto", livemode, is_active: true },
    ...{ expires_at: isoOf(expiresAtMs), rule_id: ruleId, decision_id: decisionId },
  };
  return {
    id: `audit-${id}`,
    atMs,
    world: livemode ? "live" : "test",
    actor: { id: createdBy, name: null, role: null },
    action: "block.create",
    target: { kind: "list_entry", id, isPersonal: false },
    success: true,
    address: null,
    requestId: decisionId ?? id,
    details: { before: null, after },
    personal: { value },
  };
}
