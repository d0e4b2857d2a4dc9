import type { Dimension } from "../event/entity.ts";

/** Who an event is about, for cohorts: the steadiest of its entities that it has. */
const SUBJECTS = ["client", "email", "device", "card", "ip"] as const;

/** What an event's cohorts are drawn from; stored events keep both, so that a backtest draws the same. */
export interface CohortMember {
  /** The event's id, for one that names nobody. */
  readonly id: string;
  /** Canonical texts, as in `CanonicalEvent.dimensions`. */
  readonly dimensions: Readonly<Partial<Record<Dimension, string>>>;
}

/** One rule can split its clients twice, and the two splits must not follow each other. */
export type CohortUse = "rollout" | "holdout";

/**
 * A stable number in [0, 100) for a client and a rule: the same for all their events, on every isolate, in every version that has the rule, and
 * independent of the client's number for any other rule. A rule acts on `cohort < percent`, so raising the percent keeps whom it had.
 * The client stands for the event, else its e-mail address, device, card, address, else the event itself.
 */
export function cohort(member: CohortMember, ruleId: string, use: CohortUse): number {
  return (hash32(`${use}|${ruleId}|${subjectOf(member)}`) / 2 ** 32) * 100;
}

function subjectOf({ id, dimensions }: CohortMember): string {
  for (const kind of SUBJECTS) {
    const value = dimensions[kind];
    if (value !== undefined) return `${kind}|${value}`;
  }
  return `event|${id}`;
}

/** FNV-1a over UTF-16 units, finished as MurmurHash3 does, since FNV alone spreads its high bits badly; an unsigned 32-bit number. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
