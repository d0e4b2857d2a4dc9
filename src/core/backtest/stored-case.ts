import type { StoredFacts } from "../decision/answer.ts";
import type { Outcome } from "../decision/outcome.ts";
import type { CanonicalEvent } from "../event/event.ts";
import type { ListHit } from "../lists/list-hit.ts";

/** What a decision's transaction turned out to be: its latest label. */
export const TRUTHS = ["fraud", "chargeback", "legitimate", "unlabelled"] as const;
export type Truth = (typeof TRUTHS)[number];

/** One decision of the past with everything it read: what is decided anew. */
export interface StoredCase {
  readonly decisionId: string;
  readonly decidedAtMs: number;
  /** As it was recorded. */
  readonly event: CanonicalEvent;
  /** False for a later stage of a transaction: what is recorded of the event is then the first call's. */
  readonly isOwnEvent: boolean;
  readonly facts: Pick<StoredFacts, "values" | "missing">;
  /** The model's, in [0, 1]; 0 where it did not speak. */
  readonly probability: number;
  readonly degraded: readonly string[];
  /** Entries of lists that decided then: they stand whatever the rules say now. */
  readonly hits: readonly ListHit[];
  /** What was answered, and the rules that fired, in shadow or not; null where nobody decided. */
  readonly before: { readonly outcome: Outcome; readonly rules: readonly string[] } | null;
  readonly truth: Truth;
  /** The configuration that decided, and the hash of its features, which say what the facts mean. */
  readonly seq: number;
  readonly featuresHash: string;
  readonly livemode: boolean;
}
