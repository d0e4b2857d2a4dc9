import * as z from "zod";
import { LISTED_KINDS, type ListHit } from "../../../../core/lists/list-hit.ts";
import type { ListEntry } from "../../../../ports/lists.ts";

const Common = {
  id: z.string(),
  type: z.enum(LISTED_KINDS),
  reason: z.string(),
  is_active: z.boolean(),
  livemode: z.boolean(),
  created_at: z.string(),
  ended_at: z.string().nullable(),
  ended_by: z.string().nullable(),
  version: z.int(),
};
/** A block by the sources' names (S4.4). */
export const BlockAnswer = z.object({
  ...Common,
  targetId: z.string(),
  verdict: z.enum(["block", "challenge"]),
  blockedBy: z.string(),
  autoBlocked: z.boolean(),
  reportId: z.string().nullable(),
  expiresAt: z.string().nullable(),
  decision_id: z.string().nullable(),
  rule_id: z.string().nullable(),
});
/** A whitelist entry (S4.7). */
export const TrustAnswer = z.object({
  ...Common,
  value: z.string(),
  rules: z.array(z.string()).nullable(),
  created_by: z.string(),
  expires_at: z.string().nullable(),
});
/** A whitelist entry of the published ruleset, which is changed there. */
export const RulesetTrust = z.object({
  id: z.string(),
  source: z.literal("ruleset"),
  type: z.enum(LISTED_KINDS),
  value: z.string(),
  reason: z.string(),
  rules: z.array(z.string()).nullable(),
  expires_at: z.string().nullable(),
});

const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

function common({ id, kind, reason, isActive, livemode, createdAtMs, expiresAtMs, endedAtMs, endedBy, version }: ListEntry, nowMs: number) {
  return {
    ...{ id, type: kind, reason, livemode, version },
    is_active: isActive && (expiresAtMs === null || expiresAtMs > nowMs),
    created_at: new Date(createdAtMs).toISOString(),
    ended_at: iso(endedAtMs),
    ended_by: endedBy,
  };
}

export function presentBlock(entry: ListEntry, nowMs: number): z.infer<typeof BlockAnswer> {
  return {
    ...common(entry, nowMs),
    targetId: entry.value,
    verdict: entry.verdict === "challenge" ? "challenge" : "block",
    blockedBy: entry.createdBy,
    autoBlocked: entry.source === "auto",
    reportId: entry.reportId,
    expiresAt: iso(entry.expiresAtMs),
    decision_id: entry.decisionId,
    rule_id: entry.ruleId,
  };
}

export function presentTrust(entry: ListEntry, nowMs: number): z.infer<typeof TrustAnswer> {
  const { value, rules, createdBy } = entry;
  return {
    ...common(entry, nowMs),
    value,
    rules: rules === null ? null : [...rules],
    created_by: createdBy,
    expires_at: iso(entry.expiresAtMs),
  };
}

export function presentRulesetTrust({ id, kind, value, reason, rules, expiresAtMs }: ListHit): z.infer<typeof RulesetTrust> {
  return { id, source: "ruleset", type: kind, value, reason, rules: rules === null ? null : [...rules], expires_at: iso(expiresAtMs) };
}
