import type { StoredDecision } from "../decision/answer.ts";
import type { AutomaticBlock } from "../decision/automatic-blocks.ts";
import type { CanonicalEvent } from "../event/event.ts";
import type { NewReport } from "../reports/report.ts";
import type { DimensionHash } from "../velocity/dimension-hash.ts";

/** A flood from one address is one finding a minute, not one for each decision. */
const FINDING_MS = 60_000;

export interface Collision {
  readonly block: AutomaticBlock;
  /** Clients that were active on the address beside the event's own; null when nobody could tell. */
  readonly others: number | null;
  /** Over this long before the event; null where the decision did not say. */
  readonly windowMs: number | null;
}

/** The critical report that stands in for an automatic block of a shared address (S4.6). Findings on one address go to one open report. */
export function collisionReport(
  { block, others, windowMs }: Collision,
  about: { readonly decision: StoredDecision; readonly event: CanonicalEvent; readonly livemode: boolean },
  hash: DimensionHash,
): NewReport {
  const { answer, decidedAtMs } = about.decision;
  const { dimensions, body } = about.event;
  const { client, device } = dimensions;
  // Ids are shown where addresses are not.
  const place = `${about.livemode ? "live" : "test"}-${hash.hash64(block.target, block.value)}`;
  const minutes = windowMs === null ? null : Math.round(windowMs / 60_000);
  const why =
    others === null
      ? "nobody can tell who else was active on it"
      : `${others === 1 ? "another client was" : `${others} other clients were`} active on it in the last ${minutes} minutes`;
  return {
    id: `collision-${place}-${Math.floor(decidedAtMs / FINDING_MS)}`,
    dedupKey: `collision:${block.target}:${block.value}`,
    type: "ip_fraud",
    severity: "critical",
    origin: "collision",
    livemode: about.livemode,
    entity: { kind: block.target, value: block.value },
    description: `rule "${block.name}" asks to block an address, and ${why}: block it by hand, or leave it`,
    evidence: {
      rule: block.rule,
      other_clients: others,
      window_minutes: minutes,
      asked_minutes: Math.round(block.forMs / 60_000),
      outcome: answer.outcome,
      risk_score: answer.risk_score,
    },
    decisionIds: [answer.decision_id],
    ruleId: block.rule,
    related: {
      addresses: typeof body.ip_address === "string" ? [body.ip_address] : [],
      devices: device === undefined ? [] : [device],
      clients: client === undefined ? [] : [client],
    },
    deadline: null,
    openedAtMs: decidedAtMs,
  };
}
