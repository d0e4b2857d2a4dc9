import type { EntityKind } from "../event/entity.ts";

export const ERASURE_STATUSES = ["running", "done"] as const;
export type ErasureStatus = (typeof ERASURE_STATUSES)[number];

/** What may be kept of an erased client, each kind for a documented reason (`HOLDS`). */
export const HELD_KINDS = ["block", "report", "evidence"] as const;
export type HeldKind = (typeof HELD_KINDS)[number];

const DAY_MS = 86_400_000;
/** The longest a block or an open report is kept for. */
export const LONGEST_HOLD_MS = 1_095 * DAY_MS;

/** Why a kind of record is kept: GDPR Art. 17(3)(b) and (e) with Art. 6(1)(f) and recital 47. */
export const HOLDS: Readonly<Record<HeldKind, string>> = {
  block: "a block in force: preventing fraud is a legitimate interest that an erasure must not undo",
  report: "a suspicion that is being worked on: needed to establish or defend legal claims",
  evidence: "evidence of a disputed payment within its hold: needed to establish or defend legal claims",
};

/** One thing an erasure left. */
export interface Held {
  readonly kind: HeldKind;
  /** Of the list entry or the report; of evidence, its transaction. */
  readonly recordId: string;
  readonly reason: string;
  readonly untilMs: number;
  /** When it was erased after all; null while it is kept. */
  readonly releasedAtMs: number | null;
}

/** An erasure as staff see it: once it is done nothing in it names the client. */
export interface Erasure {
  readonly id: string;
  readonly status: ErasureStatus;
  readonly pseudonym: string;
  readonly requestedBy: string;
  readonly requestedAtMs: number;
  readonly finishedAtMs: number | null;
  /** Events received up to this time are erased. */
  readonly beforeMs: number;
  /** Rows by what they were; `shared` counts identifiers that other clients use too, which were only unlinked. */
  readonly counts: Readonly<Record<string, number>>;
  readonly held: readonly Held[];
}

/** What an event names beside its client. */
export type IdentifierKind = Exclude<EntityKind, "client" | "dest">;
export interface Identifier {
  readonly kind: IdentifierKind;
  readonly value: string;
}

/** An erasure as an answer shows it. */
export function describeErasure(erasure: Erasure) {
  const instant = (ms: number): string => new Date(ms).toISOString();
  return {
    id: erasure.id,
    status: erasure.status,
    pseudonym: erasure.pseudonym,
    requested_by: erasure.requestedBy,
    requested_at: instant(erasure.requestedAtMs),
    finished_at: erasure.finishedAtMs === null ? null : instant(erasure.finishedAtMs),
    events_received_until: instant(erasure.beforeMs),
    erased: erasure.counts,
    held: erasure.held.map(({ kind, recordId, reason, untilMs, releasedAtMs }) => ({
      kind,
      record: recordId,
      reason,
      until: instant(untilMs),
      erased_at: releasedAtMs === null ? null : instant(releasedAtMs),
    })),
  };
}
